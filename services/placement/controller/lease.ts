import type { LeaseRecord, LeaseRecord__Output } from "../../../proto/gen/straightline/v1/LeaseRecord.js";
import type { Bucket } from "../../common/bus/index.js";
import { causeChain, StraightLineError } from "../../common/errors/index.js";
import type { Logger } from "../../common/observe/index.js";
import type { Schedule } from "../state/index.js";

/** One of many holds it: that one runs the controller. */
export interface Lease {
  isHeld(): boolean;
  /** Gives it up, so that another need not wait for its end. Never rejects. */
  release(): Promise<void>;
}

/** What a lease is kept with. */
export interface LeaseOptions {
  readonly bucket: Bucket<LeaseRecord, LeaseRecord__Output>;
  readonly key: string;
  /** Unique among the replicas. */
  readonly holder: string;
  /** A holder that does not renew for this long has lost it. */
  readonly ttlMs: number;
  /** Must not go back. */
  readonly now: () => number;
  readonly schedule: Schedule;
  readonly log: Logger;
  readonly onHeld: () => void;
}

/** Renewals, and looks of those who wait, in the time of one lease. */
const BEATS = 3;

/**
 * Keeps trying to hold the lease, by compare-and-set. Nobody compares clocks: a holder counts from before its renewal, one who waits from
 * when it first saw the newest one, so that the holder gives up first.
 */
export function holdLease(options: LeaseOptions): Lease {
  const { bucket, key, holder, ttlMs, now, schedule, log } = options;
  let beat = 0;
  let ownRevision: number | undefined;
  let heldUntilMs = Number.NEGATIVE_INFINITY;
  let seen: { readonly revision: number; readonly atMs: number } | undefined;
  let released = false;
  let cancel: () => void = () => undefined;
  let turn: Promise<void> = Promise.resolve();

  const write = async (revision: number | undefined): Promise<void> => {
    const startMs = now();
    const wasHeld = startMs < heldUntilMs;
    beat += 1;
    const value = { holder, beat };
    ownRevision = await (revision === undefined ? bucket.create(key, value) : bucket.update(key, value, revision));
    heldUntilMs = startMs + ttlMs;
    if (wasHeld) return;
    log.info({ holder }, "runs the controller");
    options.onHeld();
  };
  const look = async (): Promise<void> => {
    const entry = await bucket.get(key);
    if (entry === undefined) return write(undefined);
    if (entry.value.holder === "") return write(entry.revision);
    if (seen?.revision !== entry.revision) seen = { revision: entry.revision, atMs: now() };
    else if (now() - seen.atMs > ttlMs) await write(entry.revision);
  };
  const tick = async (): Promise<void> => {
    try {
      await (ownRevision === undefined ? look() : write(ownRevision));
    } catch (error) {
      if (!(error instanceof StraightLineError) || error.code !== "CONFLICT") {
        log.debug({ chain: causeChain(error) }, "lease not renewed");
        return;
      }
      // Another holds it; or our own renewal went through although its answer was lost, and ends by itself.
      if (ownRevision !== undefined) log.warn({ holder }, "another runs the controller");
      ownRevision = undefined;
      heldUntilMs = Number.NEGATIVE_INFINITY;
    }
  };
  const run = (): void => {
    turn = tick().finally(() => {
      if (!released) cancel = schedule(ttlMs / BEATS, run);
    });
  };
  run();
  return {
    isHeld: () => !released && now() < heldUntilMs,
    async release() {
      released = true;
      cancel();
      await turn;
      if (ownRevision === undefined) return;
      await bucket.update(key, { holder: "", beat }, ownRevision).catch(() => undefined);
    },
  };
}
