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
const NOT_IN_TIME = "its lease was not renewed in time";

/**
 * Keeps trying to hold the lease, by compare-and-set. Nobody compares clocks: a holder counts from before its renewal, one who waits from
 * when it first saw the newest one, so that the holder gives up first.
 */
export function holdLease(options: LeaseOptions): Lease {
  const { bucket, key, holder, ttlMs, now, schedule, log } = options;
  let beat = 0;
  let ownRevision: number | undefined;
  let heldUntilMs = Number.NEGATIVE_INFINITY;
  /** The log says that this one runs the controller. */
  let isTold = false;
  let whyNotRenewed = NOT_IN_TIME;
  let cancelEnd: () => void = () => undefined;
  let seen: { readonly revision: number; readonly atMs: number } | undefined;
  let released = false;
  let cancel: () => void = () => undefined;
  let turn: Promise<void> = Promise.resolve();

  const tellLost = (why: string): void => {
    cancelEnd();
    if (isTold) log.warn({ holder }, `no longer runs the controller: ${why}`);
    isTold = false;
  };
  const write = async (revision: number | undefined): Promise<void> => {
    const startMs = now();
    const wasHeld = startMs < heldUntilMs;
    beat += 1;
    const value = { holder, beat };
    ownRevision = await (revision === undefined ? bucket.create(key, value) : bucket.update(key, value, revision));
    heldUntilMs = startMs + ttlMs;
    whyNotRenewed = NOT_IN_TIME;
    cancelEnd();
    if (released) return;
    cancelEnd = schedule(Math.max(0, heldUntilMs - now()), () => tellLost(whyNotRenewed));
    if (wasHeld && isTold) return;
    isTold = true;
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
        whyNotRenewed = `its lease could not be renewed: ${StraightLineError.from(error).message}`;
        return;
      }
      // Another holds it; or our own renewal went through although its answer was lost, and ends by itself.
      tellLost("its lease was written by another, or by a renewal of its own whose answer was lost");
      ownRevision = undefined;
      heldUntilMs = Number.NEGATIVE_INFINITY;
    }
  };
  const run = (): void => {
    const startMs = now();
    turn = tick().finally(() => {
      // A lease that was renewed slowly has as much less to go.
      if (!released) cancel = schedule(Math.max(0, startMs + ttlMs / BEATS - now()), run);
    });
  };
  run();
  return {
    isHeld: () => !released && now() < heldUntilMs,
    async release() {
      released = true;
      cancel();
      cancelEnd();
      await turn;
      if (ownRevision === undefined) return;
      await bucket.update(key, { holder: "", beat }, ownRevision).catch(() => undefined);
    },
  };
}
