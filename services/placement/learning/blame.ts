import type { InstanceModel } from "../scheduler/index.js";
import type { Answer } from "./learner.js";

/** A request that ended within this many spreads of its expected time has shown nothing of its instance. */
const SPREADS = 4;

/**
 * Whether an instance is to blame for a failure: always for its errors; for a request that ran out of time only when it had enough of it, by
 * what was known before. A request may have spent its time in placement's queue.
 */
export function isInstanceToBlame(answer: Answer, model: InstanceModel | undefined): boolean {
  if (answer.outcome === "instance-error") return true;
  if (answer.outcome !== "timeout") return false;
  if (model === undefined) return true;
  const { sizeBytes, responseMs, expectedWaitMs, expectedColdStartMs = 0 } = answer;
  const serviceMs = model.serviceBaseMs + model.servicePerByteMs * sizeBytes;
  const transferMs = model.transferBaseMs + model.transferPerByteMs * sizeBytes;
  const spreadMs = serviceMs * model.serviceSpreadRatio + expectedWaitMs / 2 + expectedColdStartMs / 2;
  return responseMs > transferMs + serviceMs + expectedWaitMs + expectedColdStartMs + SPREADS * spreadMs;
}
