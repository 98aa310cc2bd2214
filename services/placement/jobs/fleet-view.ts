import type { Assignment__Output } from "../../../proto/gen/straightline/v1/Assignment.js";
import type { Job__Output } from "../../../proto/gen/straightline/v1/Job.js";
import type { Resources__Output } from "../../../proto/gen/straightline/v1/Resources.js";
import { type Amounts, hold, NOTHING, sumOf } from "../room.js";
import type { NodeState } from "../state/index.js";
import { activeAttempt, hasEnded } from "./advance.js";
import type { JobNode } from "./choose-node.js";

/** Resources of a node that are taken. */
export interface Promised {
  readonly nodeId: string;
  /** The name of the application, or `job` and the id, which no application can be called. */
  readonly holder: string;
  readonly resources: Resources__Output | null;
  /** By number. */
  readonly gpuDevices: readonly number[];
  /** Of an instance that was assigned before instances had numbers. */
  readonly unnumberedGpus: number;
}

/** The nodes with what is promised on them to instances and to other stages. */
export function jobNodes(
  nodes: readonly NodeState[],
  assignments: Iterable<Assignment__Output>,
  jobs: Iterable<Job__Output>,
): JobNode[] {
  const promises = [...instancePromises(assignments), ...stagePromises(jobs)];
  return nodes.map((node) => jobNode(node, promises));
}

function jobNode({ nodeId, kind, health, scheduling, telemetry }: NodeState, promises: readonly Promised[]): JobNode {
  const own = promises.filter((promise) => promise.nodeId === nodeId);
  const { cpuMillicores = 0, memoryBytes = 0, gpuCount = 0 } = telemetry?.capacity ?? {};
  const usedBy = new Map<string, Amounts>();
  for (const { holder, resources } of own) if (resources !== null) hold(usedBy, holder, resources);
  return {
    nodeId,
    kind,
    open: health === "fresh" && scheduling === "open" && telemetry?.impairment === "",
    capacity: { cpuMillicores, memoryBytes, gpus: gpuCount },
    used: total(own),
    usedBy,
    freeGpus: freeGpus(gpuCount, own),
  };
}

/** Numbers of a node's GPUs that neither an instance nor a stage has, lowest first. */
export function freeGpusOf(
  { nodeId, telemetry }: NodeState,
  assignments: Iterable<Assignment__Output>,
  jobs: Iterable<Job__Output>,
): number[] {
  const promises = [...instancePromises(assignments), ...stagePromises(jobs)];
  return freeGpus(
    telemetry?.capacity?.gpuCount ?? 0,
    promises.filter((promise) => promise.nodeId === nodeId),
  );
}

function freeGpus(count: number, promises: readonly Promised[]): number[] {
  const used = new Set(promises.flatMap(({ gpuDevices }) => gpuDevices));
  // An engine gives the first ones to those without numbers.
  const unnumbered = promises.reduce((total, { unnumberedGpus }) => total + unnumberedGpus, 0);
  return Array.from({ length: count }, (_, number) => number)
    .slice(unnumbered)
    .filter((number) => !used.has(number));
}

/** What is promised on each node that has promises, to instances and to stages. */
export function reservedByNode(
  assignments: Iterable<Assignment__Output>,
  jobs: Iterable<Job__Output>,
): ReadonlyMap<string, Amounts> {
  const byNode = new Map<string, Promised[]>();
  for (const promise of [...instancePromises(assignments), ...stagePromises(jobs)]) {
    byNode.set(promise.nodeId, [...(byNode.get(promise.nodeId) ?? []), promise]);
  }
  return new Map([...byNode].map(([nodeId, promises]) => [nodeId, total(promises)]));
}

function total(promises: readonly Promised[]): Amounts {
  return promises.reduce((sum, { resources }) => (resources === null ? sum : sumOf(sum, resources)), NOTHING);
}

function instancePromises(assignments: Iterable<Assignment__Output>): Promised[] {
  return [...assignments].map(({ nodeId, application: holder, implementation, gpuDevices }) => {
    const resources = implementation?.resources ?? null;
    return { nodeId, holder, resources, gpuDevices, unnumberedGpus: gpuDevices.length > 0 ? 0 : (resources?.gpus ?? 0) };
  });
}

/** What every stage that runs or is about to has been promised. */
export function stagePromises(jobs: Iterable<Job__Output>): Promised[] {
  return [...jobs].flatMap((job) => {
    if (hasEnded(job)) return [];
    return job.stages.flatMap((status, at) => {
      const attempt = activeAttempt(status);
      if (attempt === undefined) return [];
      const { nodeId, gpuDevices } = attempt;
      const resources = job.spec?.stages[at]?.resources ?? null;
      return [{ nodeId, holder: `job ${job.jobId}`, resources, gpuDevices, unnumberedGpus: 0 }];
    });
  });
}
