import type { StageResult, StageResult__Output } from "../../../proto/gen/straightline/v1/StageResult.js";
import type { StageRun, StageRun__Output } from "../../../proto/gen/straightline/v1/StageRun.js";
import {
  assignmentFilter,
  BUCKET,
  type BusConnection,
  openBucket,
  type Subscription,
} from "../../../services/common/bus/index.js";
import type { Logger } from "../../../services/common/observe/index.js";
import { messageCodec } from "../../../services/common/wire/index.js";
import type { ResultBook } from "./results.js";
import type { JobRunner } from "./runner.js";

/** What watching runs needs. */
export interface RunWatchOptions {
  readonly bus: BusConnection;
  readonly nodeId: string;
  readonly results: ResultBook;
  readonly runner: JobRunner;
  readonly log: Logger;
}

/** Watches which stages this node is to run. Rejects with BUS_UNAVAILABLE when the watch cannot begin. */
export async function watchRuns({ bus, nodeId, results, runner, log }: RunWatchOptions): Promise<Subscription> {
  // Placement gives an attempt up that nobody takes.
  const malformed = (bucket: string) => (key: string) => log.error({ bucket, key }, "an entry cannot be read; it is passed by");
  const filter = assignmentFilter(nodeId);
  const resultCodec = messageCodec<StageResult, StageResult__Output>("StageResult");
  const resultBucket = await openBucket(bus, BUCKET.jobResults, resultCodec, malformed(BUCKET.jobResults));
  const runCodec = messageCodec<StageRun, StageRun__Output>("StageRun");
  const runBucket = await openBucket(bus, BUCKET.jobRuns, runCodec, malformed(BUCKET.jobRuns));
  results.attach(resultBucket, await resultBucket.entries(filter));
  let desired = new Map<string, StageRun__Output>();
  // While the state is read anew (after a reconnect), the last whole one stands.
  let reading: Map<string, StageRun__Output> | undefined;
  return runBucket.watch(filter, (event) => {
    if (event.type === "snapshot-begins") reading = new Map();
    else if (event.type === "put") (reading ?? desired).set(event.entry.key, event.entry.value);
    else if (event.type === "deleted") (reading ?? desired).delete(event.key);
    else {
      desired = reading ?? desired;
      reading = undefined;
    }
    if (reading === undefined) runner.setDesired(new Map(desired));
  });
}
