import type { ApplicationRecord__Output } from "../../../proto/gen/straightline/v1/ApplicationRecord.js";
import type { Assignment__Output } from "../../../proto/gen/straightline/v1/Assignment.js";
import type { InstanceTelemetry__Output } from "../../../proto/gen/straightline/v1/InstanceTelemetry.js";
import type { Job__Output } from "../../../proto/gen/straightline/v1/Job.js";
import type { Resources__Output } from "../../../proto/gen/straightline/v1/Resources.js";
import { type Entry, kindFromWire } from "../../common/bus/index.js";
import { desiredReplicas } from "../desired/index.js";
import { stagePromises } from "../jobs/index.js";
import type { Amounts } from "../room.js";
import type { Mirror, NodeState } from "../state/index.js";
import type { PlanApplication, PlanAssignment, PlanNode, PlanStage } from "./plan/index.js";

/** An application for planning. */
export function planApplication(record: ApplicationRecord__Output): PlanApplication {
  const { spec, generation } = record;
  const forms = (spec?.implementations ?? []).flatMap((form) => {
    const kind = kindFromWire(form.kind);
    return kind === undefined
      ? []
      : [{ kind, replicas: desiredReplicas(record, form), resources: planResources(form.resources) }];
  });
  const { labels = {}, zones = [], affinity = [], antiAffinity = [] } = spec?.constraints ?? {};
  return {
    name: spec?.name ?? "",
    generation,
    forms,
    ...{ labels, zones, affinity, antiAffinity },
    packing: spec?.packing === "PACKING_BIN_PACK" ? "bin-pack" : "spread",
    priceCap: spec?.priceCap ?? 0,
  };
}

/** The assignments that stand, for planning; those that make no sense are left out. */
export function planAssignments(
  entries: Iterable<readonly [string, Entry<Assignment__Output>]>,
  nodes: readonly NodeState[],
): PlanAssignment[] {
  const ready = generationsWhere(nodes, () => true);
  const available = generationsWhere(nodes, ({ available }) => available !== false);
  return [...entries].flatMap(([key, { value }]) => {
    const { nodeId, application, replica, generation, implementation, spec } = value;
    const kind = kindFromWire(implementation?.kind);
    if (kind === undefined) return [];
    const proven = (spec?.rollout?.minReadyMs ?? 0) > 0 ? available : ready;
    const isReady = proven.has(`${key}@${generation}`) || proven.has(`${key}@0`);
    return [
      { nodeId, application, replica, generation, kind, ready: isReady, resources: planResources(implementation?.resources) },
    ];
  });
}

/** The nodes for planning, with what stages of `jobs` have been promised on them. */
export function planNodes(nodes: readonly NodeState[], jobs: Mirror<Job__Output>): PlanNode[] {
  const promises = stagePromises([...jobs.entries.values()].map(({ value }) => value));
  return nodes.map((node) => {
    const own = promises.filter(({ nodeId }) => nodeId === node.nodeId);
    return planNode(
      node,
      own.map(({ holder, resources }) => ({ holder, resources: planResources(resources) })),
    );
  });
}

function planNode({ nodeId, kind, health, scheduling, telemetry }: NodeState, stages: readonly PlanStage[]): PlanNode {
  const { labels = {}, zone = "", capacity, impairment = "", price } = telemetry ?? {};
  const facts = {
    nodeId,
    kind,
    ...{ labels, zone },
    capacity: {
      cpuMillicores: capacity?.cpuMillicores ?? 0,
      memoryBytes: capacity?.memoryBytes ?? 0,
      gpus: capacity?.gpuCount ?? 0,
    },
    stages,
    pricePerRequest: price?.perRequest ?? 0,
  };
  if (health === "lost") return { ...facts, status: "lost", why: "" };
  if (scheduling === "draining") return { ...facts, status: "draining", why: "" };
  // A node remembered from an earlier run gets nothing new before it has spoken.
  const why = scheduling === "cordoned" ? "it is cordoned" : telemetry === undefined ? "it has not spoken yet" : impairment;
  return { ...facts, status: why === "" ? "open" : "full", why };
}

function planResources(resources: Resources__Output | null | undefined): Amounts {
  const { cpuMillicores = 0, memoryBytes = 0, gpus = 0 } = resources ?? {};
  return { cpuMillicores, memoryBytes, gpus };
}

/** <node>.<assignment>@<generation> of each ready instance that is as asked; an agent of an older version tells generation 0 and no availability. */
function generationsWhere(nodes: readonly NodeState[], test: (instance: InstanceTelemetry__Output) => boolean): Set<string> {
  const ready = nodes.flatMap(({ nodeId, telemetry }) =>
    (telemetry?.instances ?? [])
      .filter((instance) => instance.state === "INSTANCE_STATE_READY" && test(instance))
      .map(({ assignment, generation }) => `${nodeId}.${assignment}@${generation}`),
  );
  return new Set(ready);
}
