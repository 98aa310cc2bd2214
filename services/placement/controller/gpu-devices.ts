import type { Assignment__Output } from "../../../proto/gen/straightline/v1/Assignment.js";
import type { Job__Output } from "../../../proto/gen/straightline/v1/Job.js";
import type { Entry } from "../../common/bus/index.js";
import { freeGpusOf } from "../jobs/index.js";
import type { NodeState } from "../state/index.js";

/** What stands on a node. */
export interface GpuHolders {
  readonly node: NodeState | undefined;
  readonly assignments: Iterable<Entry<Assignment__Output>>;
  readonly jobs: Iterable<Entry<Job__Output>>;
}

/**
 * The GPUs of its node that an assignment gets, by number: those that it has, else the lowest that nobody has. An instance and its successor
 * have the same. None where there are not as many.
 */
export function gpuDevicesFor(key: string, count: number, { node, assignments, jobs }: GpuHolders): number[] {
  if (count === 0 || node === undefined) return [];
  const all = [...assignments];
  const known = all.find((entry) => entry.key === key)?.value.gpuDevices ?? [];
  if (known.length === count) return known;
  const others = all.filter((entry) => entry.key !== key).map(({ value }) => value);
  const free = freeGpusOf(
    node,
    others,
    [...jobs].map(({ value }) => value),
  );
  return free.length < count ? [] : free.slice(0, count);
}
