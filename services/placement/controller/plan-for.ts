import type { ApplicationRecord__Output } from "../../../proto/gen/straightline/v1/ApplicationRecord.js";
import type { Assignment__Output } from "../../../proto/gen/straightline/v1/Assignment.js";
import type { Job__Output } from "../../../proto/gen/straightline/v1/Job.js";
import type { PlannedForm } from "../../../proto/gen/straightline/v1/PlannedForm.js";
import type { PlannedStep } from "../../../proto/gen/straightline/v1/PlannedStep.js";
import type { PlanResponse } from "../../../proto/gen/straightline/v1/PlanResponse.js";
import { kindToWire } from "../../common/bus/index.js";
import { differences } from "../desired/index.js";
import type { Mirror, NodeState } from "../state/index.js";
import { type FormPlan, type Plan, type PlanAction, plan } from "./plan/index.js";
import { planApplication, planAssignments, planNodes } from "./read.js";

/** What a plan is drawn from. */
export interface PlanSources {
  readonly applications: Mirror<ApplicationRecord__Output>;
  readonly assignments: Mirror<Assignment__Output>;
  readonly jobs: Mirror<Job__Output>;
  readonly nodes: readonly NodeState[];
}

/** What the controller would do with every application once `record` is what is desired of one; all the steps of a rollout at once. Changes nothing. */
export function planAll({ applications, assignments, jobs, nodes }: PlanSources, record?: ApplicationRecord__Output): Plan {
  const standing = [...applications.entries.values()].map(({ value }) => value);
  const others = record === undefined ? standing : standing.filter(({ spec }) => spec?.name !== record.spec?.name);
  return plan({
    applications: [...others, ...(record === undefined ? [] : [record])].map(planApplication),
    nodes: planNodes(nodes, jobs),
    assignments: planAssignments(assignments.entries, nodes),
    updateShare: 1,
  });
}

/** The same of one application, for users. */
export function planFor(record: ApplicationRecord__Output, sources: PlanSources): PlanResponse {
  const name = record.spec?.name ?? "";
  const { forms, removals } = planAll(sources, record);
  const own = forms.filter(({ application }) => application === name);
  const ending = removals.filter((action) => action.type !== "create" && action.assignment.application === name);
  const known = sources.applications.entries.get(name)?.value;
  const changed = record.spec === null ? [] : differences(known?.spec ?? undefined, record.spec);
  return {
    changes: changed.length > 0 || ending.length > 0 || own.some(({ actions }) => actions.length > 0),
    fits: own.every(({ unplaced }) => unplaced === 0),
    generation: record.generation,
    differences: changed,
    lastFailure: (known?.rollout?.failedGeneration ?? 0) === 0 ? "" : (known?.rollout?.message ?? ""),
    forms: [...own.map(formToWire), ...droppedForms(ending)],
  };
}

function formToWire({ kind, desired, kept, displaced, actions, unplaced, refused }: FormPlan): PlannedForm {
  const counts = new Map<string, number>();
  for (const { reason } of refused) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return {
    kind: kindToWire(kind),
    ...{ desired, kept, displaced, unplaced },
    steps: actions.map(stepToWire),
    refused: refused.map(({ nodeId, detail }) => ({ nodeId, reason: detail })),
    refusedCounts: Object.fromEntries(counts),
  };
}

function stepToWire(action: PlanAction): PlannedStep {
  if (action.type === "create") return { action: "PLANNED_ACTION_START", nodeId: action.nodeId, reason: action.reason };
  const step = action.type === "update" ? "PLANNED_ACTION_REPLACE" : "PLANNED_ACTION_STOP";
  return { action: step, nodeId: action.assignment.nodeId, reason: action.reason };
}

/** Forms that the application no longer has. */
function droppedForms(ending: readonly PlanAction[]): PlannedForm[] {
  const kinds = new Set(ending.flatMap((action) => (action.type === "create" ? [] : [action.assignment.kind])));
  return [...kinds].map((kind) => ({
    kind: kindToWire(kind),
    steps: ending.filter((action) => action.type !== "create" && action.assignment.kind === kind).map(stepToWire),
  }));
}
