import type { ApplicationRecord__Output } from "../../../proto/gen/straightline/v1/ApplicationRecord.js";
import type { InstanceTelemetry__Output } from "../../../proto/gen/straightline/v1/InstanceTelemetry.js";
import { DEFAULT_MAX_FAILED_STARTS, DEFAULT_READY_TIMEOUT_MS, desiredReplicas, phaseOf } from "../desired/index.js";
import { instanceTrouble, type NodeState } from "../state/index.js";
import type { PlanAssignment } from "./plan/index.js";

/** What is to be done about a rollout; undefined: nothing yet. */
export type Verdict = { readonly type: "complete" } | { readonly type: "failed"; readonly why: string } | undefined;

/** Judges rollouts. It remembers since when each has made no progress, by this process's own clock: a new leader begins to count anew. */
export interface RolloutJudge {
  /** Forgets all applications but these. */
  retain(names: ReadonlySet<string>): void;
  judge(record: ApplicationRecord__Output, assignments: readonly PlanAssignment[], nodes: readonly NodeState[]): Verdict;
}

interface Progress {
  readonly mark: string;
  readonly sinceMs: number;
}

/** A judge that has seen nothing. */
export function createRolloutJudge(now: () => number): RolloutJudge {
  const progress = new Map<string, Progress>();
  const stalledMs = (name: string, mark: string): number => {
    const known = progress.get(name);
    if (known?.mark === mark) return now() - known.sinceMs;
    progress.set(name, { mark, sinceMs: now() });
    return 0;
  };
  const stallOf = (record: ApplicationRecord__Output, own: readonly PlanAssignment[], nodes: readonly NodeState[]) => {
    const waiting = onTheirWay(record, own, nodes);
    // Where no instance is on its way (no node, a lost one) it is not the revision that fails.
    const mark =
      waiting.length === 0
        ? ""
        : `${record.generation} ${waiting
            .map(({ replica }) => replica)
            .sort()
            .join()}`;
    const timeoutMs = record.spec?.rollout?.readyTimeoutMs || DEFAULT_READY_TIMEOUT_MS;
    if (stalledMs(record.spec?.name ?? "", mark) <= timeoutMs || mark === "") return undefined;
    return `${waiting.length} of ${own.length} instances were not ready within ${timeoutMs} ms${reasonOf(record, nodes)}`;
  };
  return {
    retain(names) {
      for (const name of progress.keys()) if (!names.has(name)) progress.delete(name);
    },
    judge(record, assignments, nodes) {
      const name = record.spec?.name ?? "";
      const phase = phaseOf(record);
      if (phase !== "ROLLOUT_PHASE_PROGRESSING" && phase !== "ROLLOUT_PHASE_FAILED") {
        progress.delete(name);
        return undefined;
      }
      const own = assignments.filter(({ application }) => application === name);
      if (isComplete(record, own)) return { type: "complete" };
      if (phase === "ROLLOUT_PHASE_FAILED") return undefined;
      const why = failureOf(record, nodes) ?? stallOf(record, own, nodes);
      return why === undefined ? undefined : { type: "failed", why };
    },
  };
}

/** Assigned at the revision to a living node, and not ready. */
function onTheirWay({ generation }: ApplicationRecord__Output, own: readonly PlanAssignment[], nodes: readonly NodeState[]) {
  const lost = new Set(nodes.filter(({ health }) => health === "lost").map(({ nodeId }) => nodeId));
  return own.filter((one) => one.generation === generation && !one.ready && !lost.has(one.nodeId));
}

/** What one of them lacks, where its agent tells. */
function reasonOf({ spec, generation }: ApplicationRecord__Output, nodes: readonly NodeState[]): string {
  const [first] = nodes.flatMap(({ nodeId, health, telemetry }) => {
    if (health === "lost") return [];
    const own = (telemetry?.instances ?? []).filter(
      (instance) => instance.application === spec?.name && instance.generation === generation,
    );
    return own.flatMap((instance) => {
      const trouble = instanceTrouble(instance, spec?.readyPath ?? "");
      return trouble === undefined ? [] : [`; ${nodeId}: ${trouble}`];
    });
  });
  return first ?? "";
}

function isComplete(record: ApplicationRecord__Output, own: readonly PlanAssignment[]): boolean {
  return (record.spec?.implementations ?? []).every((form) => {
    const ready = own.filter(
      (one) => `NODE_KIND_${one.kind.toUpperCase()}` === form.kind && one.generation === record.generation && one.ready,
    );
    return ready.length >= desiredReplicas(record, form);
  });
}

/** Why an instance of the revision will not come up; undefined: it still may. */
function failureOf({ spec, generation }: ApplicationRecord__Output, nodes: readonly NodeState[]): string | undefined {
  const limit = spec?.rollout?.maxFailedStarts || DEFAULT_MAX_FAILED_STARTS;
  const isHopeless = (instance: InstanceTelemetry__Output): boolean =>
    instance.application === spec?.name &&
    instance.generation === generation &&
    (instance.state === "INSTANCE_STATE_FAILED" ||
      (instance.state !== "INSTANCE_STATE_READY" && instance.failedAttempts >= limit));
  for (const { nodeId, health, telemetry } of nodes) {
    const failed = health === "lost" ? undefined : telemetry?.instances.find(isHopeless);
    if (failed === undefined) continue;
    const often = failed.failedAttempts > 1 ? `${failed.failedAttempts} times` : "once";
    return `${nodeId}, ${often}: ${failed.lastError || "it did not start"}`;
  }
  return undefined;
}
