import type { ApplicationRecord__Output } from "../../../proto/gen/straightline/v1/ApplicationRecord.js";
import type { ApplicationStatus } from "../../../proto/gen/straightline/v1/ApplicationStatus.js";
import type { Assignment__Output } from "../../../proto/gen/straightline/v1/Assignment.js";
import type { Implementation__Output } from "../../../proto/gen/straightline/v1/Implementation.js";
import type { ImplementationStatus } from "../../../proto/gen/straightline/v1/ImplementationStatus.js";
import type { InstanceStatus } from "../../../proto/gen/straightline/v1/InstanceStatus.js";
import { kindText, kindToWire } from "../../common/bus/index.js";
import { parseTraceparent } from "../../common/observe/index.js";
import { type FormPlan, misfit } from "../controller/index.js";
import { desiredReplicas, followsLoad, phaseOf } from "../desired/index.js";
import { describeNodes } from "../room.js";
import { instanceTrouble, type NodeState } from "../state/index.js";
import { fleetSilentMs } from "./fleet-silence.js";

/** What a status is drawn from. */
export interface StatusSources {
  readonly nodes: readonly NodeState[];
  readonly assignments: readonly Assignment__Output[];
  /** f_t, per second. */
  readonly frequency: number;
  /** What the controller would do with every form; asked only where there is something to explain. */
  readonly forms: () => readonly FormPlan[];
}

/** Where an application stands. */
export function applicationStatus(record: ApplicationRecord__Output, sources: StatusSources): ApplicationStatus {
  const { spec, generation, deployedAtMs, rollout, revisions } = record;
  const instances = sources.nodes.flatMap((node) => instancesOn(node, spec?.name ?? ""));
  const assignments = sources.assignments.filter(({ application }) => application === spec?.name);
  return {
    spec,
    generation,
    deployedAtMs,
    instances,
    implementations: (spec?.implementations ?? []).map((form) => formStatus(record, form, instances, assignments, sources)),
    frequency: sources.frequency,
    rollout: rollout ?? { phase: phaseOf(record) },
    rollbackGenerations: revisions.map((revision) => revision.generation),
    traceId: parseTraceparent(record.traceparent)?.traceId ?? "",
    fleetSilentMs: fleetSilentMs(sources.nodes),
  };
}

/** A lost node's instances are gone: nothing is known of them. */
function instancesOn({ nodeId, kind, health, telemetry, reservedSlots }: NodeState, application: string): InstanceStatus[] {
  if (health === "lost") return [];
  return (telemetry?.instances ?? [])
    .filter((instance) => instance.application === application)
    .map((instance) => ({
      nodeId,
      kind: kindToWire(kind),
      telemetry: instance,
      reservedSlots: reservedSlots[instance.instanceId] ?? 0,
    }));
}

function formStatus(
  record: ApplicationRecord__Output,
  form: Implementation__Output,
  instances: readonly InstanceStatus[],
  assignments: readonly Assignment__Output[],
  { nodes, forms }: StatusSources,
): ImplementationStatus {
  const { kind } = form;
  const replicas = desiredReplicas(record, form);
  const own = instances.filter((instance) => instance.kind === kind);
  const readyOnes = own.filter(({ telemetry }) => telemetry?.state === "INSTANCE_STATE_READY");
  const ready = readyOnes.length;
  const updated = readyOnes.filter(({ telemetry }) => telemetry?.generation === record.generation).length;
  const scaling = followsLoad(form) ? (record.scaled.find((one) => one.kind === kind)?.reason ?? "") : "";
  const assigned = assignments.filter(({ implementation }) => implementation?.kind === kind).length;
  const isRolling = phaseOf(record) === "ROLLOUT_PHASE_PROGRESSING" && updated < replicas;
  const plan = () => forms().find((one) => one.application === record.spec?.name && kindToWire(one.kind) === kind);
  const trouble = (): string | undefined =>
    nodeTrouble(kindText(kind), nodes, plan()) ?? troubleOf(own, record.spec?.readyPath ?? "");
  const message =
    ready < replicas
      ? (trouble() ?? `${ready} of ${replicas} ready`)
      : notAvailable(record, readyOnes) ||
        (isRolling
          ? (trouble() ?? `${updated} of ${replicas} at generation ${record.generation}`)
          : strayNote(record, readyOnes, nodes, plan));
  return { kind, desired: replicas, assigned, ready, message, updated, scaling };
}

/** What a rollout waits for although every instance answers; empty: nothing. */
function notAvailable({ spec, generation, rollout }: ApplicationRecord__Output, ready: readonly InstanceStatus[]): string {
  const minReadyMs = spec?.rollout?.minReadyMs ?? 0;
  if (minReadyMs === 0 || rollout?.phase !== "ROLLOUT_PHASE_PROGRESSING") return "";
  const fresh = ready.filter(({ telemetry }) => telemetry?.generation === generation && telemetry.available === false);
  return fresh.length === 0 ? "" : `${fresh.length} must stay ready for ${minReadyMs} ms`;
}

/** Where instances are ready on nodes that the constraints have come to forbid, and why no other node takes them; empty: there are none. */
function strayNote(
  { spec }: ApplicationRecord__Output,
  ready: readonly InstanceStatus[],
  nodes: readonly NodeState[],
  plan: () => FormPlan | undefined,
): string {
  const wanted = { labels: spec?.constraints?.labels ?? {}, zones: spec?.constraints?.zones ?? [] };
  const strays = nodes.flatMap(({ nodeId, telemetry }) => {
    const count = ready.filter((instance) => instance.nodeId === nodeId).length;
    const foreign = misfit({ labels: telemetry?.labels ?? {}, zone: telemetry?.zone ?? "" }, wanted);
    return count === 0 || foreign === undefined ? [] : [{ nodeId, count, detail: foreign.detail }];
  });
  if (strays.length === 0) return "";
  const count = strays.reduce((sum, stray) => sum + stray.count, 0);
  const others = (plan()?.refused ?? []).filter(({ nodeId }) => !strays.some((stray) => stray.nodeId === nodeId));
  const why = others.length === 0 ? "" : `; no other takes ${count === 1 ? "it" : "them"}: ${describeNodes(others)}`;
  return `${count} ${count === 1 ? "stays" : "stay"} only until another node takes over: ${describeNodes(strays)}${why}`;
}

function nodeTrouble(kind: string, nodes: readonly NodeState[], plan: FormPlan | undefined): string | undefined {
  const ofKind = nodes.filter((node) => node.kind === kind);
  if (ofKind.length === 0) return `no ${kind} node has joined`;
  if (ofKind.every(({ health }) => health === "lost")) return `every ${kind} node is lost`;
  if (plan === undefined || plan.unplaced === 0) return undefined;
  return `${plan.unplaced} without a node: ${describeNodes(plan.refused)}`;
}

/** What has failed is told before what is still on its way. */
function troubleOf(instances: readonly InstanceStatus[], readyPath: string): string | undefined {
  const told = instances.flatMap(({ telemetry }) => (telemetry ? [telemetry] : []));
  const failedFirst = [...told.filter(({ lastError }) => lastError), ...told.filter(({ lastError }) => !lastError)];
  const first = failedFirst.find((instance) => instanceTrouble(instance, readyPath) !== undefined);
  return first && `${first.instanceId}: ${instanceTrouble(first, readyPath)}`;
}
