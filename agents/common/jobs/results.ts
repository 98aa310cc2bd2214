import type { StageResult, StageResult__Output } from "../../../proto/gen/straightline/v1/StageResult.js";
import type { Bucket, Entry } from "../../../services/common/bus/index.js";
import { causeChain, StraightLineError } from "../../../services/common/errors/index.js";
import type { Logger } from "../../../services/common/observe/index.js";
import { whileAway } from "./while-away.js";

/** What this node tells of its runs, as it stands in the bucket `job-results`. Call `attach` first. */
export interface ResultBook {
  /** Takes the bucket, and what an earlier agent has told in it. */
  attach(bucket: Bucket<StageResult, StageResult__Output>, entries: readonly Entry<StageResult__Output>[]): void;
  /** Resolves when it is stored; waits for NATS. Rejects when the signal aborts, and with CONFLICT when somebody else writes the node's keys. */
  tell(key: string, result: StageResult, signal: AbortSignal): Promise<void>;
  /** One try; what fails is logged. */
  tellOnce(key: string, result: StageResult): Promise<void>;
  /** The run has ended, and this has been told. */
  isFinal(key: string): boolean;
  /** Removes what was told of runs that are neither desired nor under way here. */
  keepOnly(desired: ReadonlyMap<string, unknown>, local: ReadonlySet<string>): void;
}

const FINAL: readonly unknown[] = ["ATTEMPT_STATE_SUCCEEDED", "ATTEMPT_STATE_FAILED", "ATTEMPT_STATE_LOST"];
/** A NATS that is away longer than a week does not come back. */
const MAX_WAIT_MS = 7 * 24 * 3_600_000;

/** An empty book. */
export function createResultBook(log: Logger): ResultBook {
  const told = new Map<string, { revision: number; isFinal: boolean }>();
  /** Of these the last write may have been stored although it failed: its acknowledgement may have been lost. */
  const uncertain = new Set<string>();
  let bucket: Bucket<StageResult, StageResult__Output> | undefined;
  const note = ({ key, value, revision }: Entry<StageResult>): void => {
    told.set(key, { revision, isFinal: FINAL.includes(value.state) });
  };
  const store = async (key: string, value: StageResult): Promise<void> => {
    if (bucket === undefined) throw new StraightLineError("BUS_UNAVAILABLE", "not yet connected to NATS");
    if (uncertain.has(key)) {
      told.delete(key);
      for (const entry of await bucket.entries(key)) note(entry);
    }
    uncertain.add(key);
    const known = told.get(key);
    const revision = known === undefined ? await bucket.create(key, value) : await bucket.update(key, value, known.revision);
    uncertain.delete(key);
    note({ key, value, revision });
  };
  const remove = async (key: string, revision: number): Promise<void> => {
    told.delete(key);
    await bucket?.remove(key, revision);
  };
  return {
    attach(opened, entries) {
      bucket = opened;
      for (const entry of entries) note(entry);
    },
    tell: (key, result, signal) => whileAway("BUS_UNAVAILABLE", MAX_WAIT_MS, signal, () => store(key, result)),
    tellOnce: (key, result) =>
      store(key, result).catch((error: unknown) =>
        log.warn({ run: key, chain: causeChain(error) }, "the end of a run could not be told"),
      ),
    isFinal: (key) => told.get(key)?.isFinal === true,
    keepOnly(desired, local) {
      for (const [key, { revision }] of told) {
        if (desired.has(key) || local.has(key)) continue;
        remove(key, revision).catch((error: unknown) =>
          log.debug({ run: key, chain: causeChain(error) }, "what was told of a run stays in the bucket until the next start"),
        );
      }
    },
  };
}
