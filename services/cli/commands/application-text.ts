import type { ApplicationStatus__Output } from "../../../proto/gen/straightline/v1/ApplicationStatus.js";
import type { PlannedForm__Output } from "../../../proto/gen/straightline/v1/PlannedForm.js";
import type { PlanResponse__Output } from "../../../proto/gen/straightline/v1/PlanResponse.js";
import { formatTable, shortEnum } from "../output.js";

/** One application, for people. */
export function formatApplication(status: ApplicationStatus__Output): string {
  const { spec, generation, implementations, instances, rollbackGenerations, frequency } = status;
  const forms = implementations.map((form) => [
    shortEnum(form.kind, "NODE_KIND_"),
    `${form.ready}/${form.desired}`,
    String(form.updated),
    form.message || form.scaling,
  ]);
  const running = instances.map(({ nodeId, telemetry }) => [
    telemetry?.instanceId ?? "",
    nodeId,
    String(telemetry?.generation ?? 0),
    shortEnum(telemetry?.state ?? "", "INSTANCE_STATE_"),
    String(telemetry?.restartCount ?? 0),
    lastErrorOf(telemetry),
  ]);
  const back = rollbackGenerations.length === 0 ? "" : `, can go back to ${rollbackGenerations.join(", ")}`;
  return [
    `${spec?.name ?? ""}  generation ${generation}${back}  f_t ${frequency.toFixed(2)}/s`,
    rolloutLine(status),
    formatTable(["KIND", "READY", "UPDATED", "NOTE"], forms),
    ...(running.length === 0
      ? []
      : ["", formatTable(["INSTANCE", "NODE", "GENERATION", "STATE", "RESTARTS", "LAST ERROR"], running)]),
  ].join("\n");
}

/** One that is ready has failed before, if at all: what is told then is why it was started anew. A function tells of its workers, which fail while it is ready. */
function lastErrorOf(telemetry: ApplicationStatus__Output["instances"][number]["telemetry"]): string {
  const { state, restartCount = 0, lastError = "" } = telemetry ?? {};
  if (state !== "INSTANCE_STATE_READY" || lastError === "" || telemetry?.function) return lastError;
  return restartCount === 0 ? "" : `before it was started anew: ${lastError}`;
}

/** The rollout in one line; one that is complete says nothing of instances that have been lost since, or are more than they were. */
export function rolloutLine(status: ApplicationStatus__Output): string {
  const { rollout, implementations } = status;
  const phase = shortEnum(rollout?.phase ?? "ROLLOUT_PHASE_PROGRESSING", "ROLLOUT_PHASE_").replaceAll("_", " ");
  if (phase === "complete" && !isAllReady(status)) {
    const short = implementations.filter(({ ready, desired }) => ready < desired);
    const forms = short.map((form) => `${shortEnum(form.kind, "NODE_KIND_")} ${form.ready}/${form.desired}`);
    return `rolled out before; now ready: ${forms.join(", ")}`;
  }
  return rollout?.message ? `rollout ${phase}: ${rollout.message}` : `rollout ${phase}`;
}

/** Whether every form has as many ready instances as it is to have. */
export function isAllReady({ implementations }: ApplicationStatus__Output): boolean {
  return implementations.every(({ ready, desired }) => ready >= desired);
}

/** Forms with what is ready of them, in one line. */
export function readyLine({ implementations }: ApplicationStatus__Output): string {
  return implementations
    .map((form) => {
      const note = form.message === "" ? "" : ` (${form.message})`;
      return `${shortEnum(form.kind, "NODE_KIND_")} ${form.updated}/${form.desired}${note}`;
    })
    .join(", ");
}

/** A plan, for people. */
export function formatPlan(plan: PlanResponse__Output): string {
  const head = plan.changes ? `generation ${plan.generation}` : `no change: generation ${plan.generation} is deployed as asked`;
  const goesOn = plan.forms.some(({ displaced }) => displaced > 0) ? "; what runs stays" : "";
  return [
    plan.fits ? head : `${head}; it does not fit${goesOn}`,
    ...(plan.lastFailure === "" ? [] : [`  deployed last: ${plan.lastFailure}`]),
    ...plan.differences.map((line) => `  ${line}`),
    ...plan.forms.flatMap(formLines),
  ].join("\n");
}

function formLines({ kind, desired, kept, displaced, steps, unplaced, refused, refusedCounts }: PlannedForm__Output): string[] {
  const counts = Object.entries(refusedCounts).map(([reason, count]) => `${count} x ${reason}`);
  const form = shortEnum(kind, "NODE_KIND_");
  const serves = displaced === 1 ? "serves" : "serve";
  const until = displaced === 0 ? "" : `, ${displaced} displaced: ${serves} only until another node takes over`;
  // What is lacking of those that serve on is not an instance but its next node.
  const lack = displaced >= unplaced ? "without another node" : "without a node";
  return [
    `${form}: ${desired} wanted, ${kept} stay${until}`,
    ...steps.map(({ action, nodeId, reason }) => `  ${shortEnum(action, "PLANNED_ACTION_").padEnd(8)}${nodeId}  ${reason}`),
    ...(unplaced === 0 ? [] : [`  ${unplaced} ${lack}: ${counts.join(", ") || `no ${form} node has joined`}`]),
    ...refused.map(({ nodeId, reason }) => `  refused ${nodeId}  ${reason}`),
  ];
}
