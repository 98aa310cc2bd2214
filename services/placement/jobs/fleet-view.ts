import type { Assignment__Output } from "../../../proto/gen/straightline/v1/Assignment.js";
import type { Job__Output } from "../../../proto/gen/straightline/v1/Job.js";
import type { Resources__Output } from "../../../proto/gen/straightline/v1/Resources.js";
import type { NodeState } from "../state/index.js";
import { activeAttempt, hasEnded } from "./advance.js";
import type { JobNode } from "./choose-node.js";

/** Resources of a node that are taken. */
export interface Promised {
  readonly nodeId: string;
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
  const { cpuMillicores, memoryBytes } = sumOf(own);
  return {
    nodeId,
    kind,
    open: health === "fresh" && scheduling === "open" && telemetry?.impairment === "",
    capacity: {
      cpuMillicores: telemetry?.capacity?.cpuMillicores ?? 0,
      memoryBytes: telemetry?.capacity?.memoryBytes ?? 0,
    },
    promised: { cpuMillicores, memoryBytes },
    freeGpus: freeGpus(telemetry?.capacity?.gpuCount ?? 0, own),
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
): ReadonlyMap<string, Resources__Output> {
  const byNode = new Map<string, Promised[]>();
  for (const promise of [...instancePromises(assignments), ...stagePromises(jobs)]) {
    byNode.set(promise.nodeId, [...(byNode.get(promise.nodeId) ?? []), promise]);
  }
  return new Map([...byNode].map(([nodeId, promises]) => [nodeId, sumOf(promises)]));
}

function sumOf(promises: readonly Promised[]): Resources__Output {
  const total = { cpuMillicores: 0, memoryBytes: 0, gpus: 0 };
  for (const { resources } of promises) {
    total.cpuMillicores += resources?.cpuMillicores ?? 0;
    total.memoryBytes += resources?.memoryBytes ?? 0;
    total.gpus += resources?.gpus ?? 0;
  }
  return total;
}

function instancePromises(assignments: Iterable<Assignment__Output>): Promised[] {
  return [...assignments].map(({ nodeId, implementation, gpuDevices }) => {
    const resources = implementation?.resources ?? null;
    return { nodeId, resources, gpuDevices, unnumberedGpus: gpuDevices.length > 0 ? 0 : (resources?.gpus ?? 0) };
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
      return [{ nodeId, gpuDevices, unnumberedGpus: 0, resources: job.spec?.stages[at]?.resources ?? null }];
    });
  });
}
