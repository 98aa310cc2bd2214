import { adaptive } from "../../services/placement/policies/adaptive/adaptive.js";
import {
  type Decision,
  decide,
  type InstanceModel,
  type InstanceView,
  type PlacementInput,
} from "../../services/placement/scheduler/index.js";
import { type InputChanges, input, node, snapshot } from "./scheduler-builders.js";

/** An instance that is well known: 50 ms of service, 1 ms of transfer, 1 s of cold start. */
export function model(changes: Partial<InstanceModel> = {}): InstanceModel {
  return {
    serviceBaseMs: 50,
    servicePerByteMs: 0,
    serviceMeanMs: 50,
    serviceSpreadRatio: 0.3,
    serviceErrorRatio: 0.02,
    neighbourCpuRatio: 0,
    transferBaseMs: 1,
    transferPerByteMs: 0,
    coldStartMs: 1000,
    coldStartSpreadMs: 200,
    handoverShare: 0,
    recentAnswers: 4000,
    recentColdStarts: 0,
    warmthMs: 0,
    failureRisk: 0.0001,
    failedAfterMs: 1000,
    peakResponseMs: 0,
    samples: 100,
    ...changes,
  };
}

/** What a test says of a request beside what the scheduler's builders know. */
export type Extra = Partial<
  Pick<PlacementInput, "seed" | "deadlineMs" | "mayWait" | "waitedMs" | "waitingCount" | "isRepeatable">
> & {
  readonly locality?: Readonly<Record<string, number>>;
};

/** The instance chosen, or why there is none. */
export function choice(
  instances: readonly InstanceView[],
  nodes: Parameters<typeof snapshot>[0],
  changes: InputChanges & Extra = {},
): string {
  return chosen(decide(snapshot(nodes, instances), request(changes), adaptive));
}

function chosen(decision: Decision): string {
  return decision.type === "placed" ? decision.candidate.instance.instanceId : decision.refusal.reason;
}

export function request({
  locality,
  seed = 1,
  deadlineMs = 10_000,
  mayWait,
  waitedMs,
  waitingCount,
  isRepeatable,
  ...changes
}: InputChanges & Extra): PlacementInput {
  const base = input(changes);
  return {
    ...base,
    seed,
    deadlineMs,
    ...(mayWait === undefined ? {} : { mayWait }),
    ...(waitedMs === undefined ? {} : { waitedMs }),
    ...(waitingCount === undefined ? {} : { waitingCount }),
    ...(isRepeatable === undefined ? {} : { isRepeatable }),
    request: { ...base.request, ...(locality === undefined ? {} : { locality }) },
  };
}

/** A node of each kind. */
export const [vm, container, fn] = [node("vm-1", "vm"), node("c-1", "container"), node("fn-1", "serverless")];
/** Another VM. */
export const other = node("vm-2", "vm");
/** All of them. */
export const all = [vm, container, fn, other];
/** A function with two idle workers. */
export const warm = { concurrency: 10, idleWorkers: 2, liveWorkers: 2, startingWorkers: 0 };
/** One whose workers are all taken, or that has none. */
export const cold = { concurrency: 10, idleWorkers: 0, liveWorkers: 0, startingWorkers: 0 };
