import { createPlaces, type Places } from "./places.js";
import type { FormPlan, Plan, PlanAction, PlanApplication, PlanAssignment, PlanForm, PlanNode } from "./types.js";

/** All that planning looks at. */
export interface PlanInput {
  readonly applications: readonly PlanApplication[];
  readonly nodes: readonly PlanNode[];
  readonly assignments: readonly PlanAssignment[];
  /** Share of a form's instances that may be on their way to a new generation at a time, 0..1; at least one may. */
  readonly updateShare: number;
}

/**
 * What must change so that every application has its replicas on nodes that can run them. Pure and level-triggered: it starts from what
 * is, keeps all that still fits, and gives no action once there is nothing to do.
 *
 * - Those on a lost node are moved where another node takes them; else they stay, for its return.
 * - Those on a draining node stay until their replacements are ready; with no node to move to they end, as was asked.
 * - Those on a node that no longer meets the constraints stay until their replacements are ready.
 * - A new generation reaches a few at a time, and goes on only as these are ready.
 */
export function plan({ applications, nodes, assignments, updateShare }: PlanInput): Plan {
  const byName = [...applications].sort((a, b) => (a.name < b.name ? -1 : 1));
  const names = new Set(byName.map(({ name }) => name));
  const orphans = assignments.filter(({ application }) => !names.has(application));
  const places = createPlaces(nodes, assignments);
  for (const orphan of orphans) places.release(orphan);
  const plans = byName.map((application) => planApplication(application, places, assignments, updateShare));
  return {
    forms: plans.flatMap(({ forms }) => forms),
    removals: [...removals(orphans, "its application is gone"), ...plans.flatMap((one) => one.removals)],
  };
}

/** The steps of a plan: what ends first, so that its place is free. */
export function actionsOf({ forms, removals: ending }: Plan): PlanAction[] {
  return [...ending, ...forms.flatMap(({ actions }) => actions)];
}

function planApplication(
  application: PlanApplication,
  places: Places,
  all: readonly PlanAssignment[],
  updateShare: number,
): Plan {
  const own = all.filter((assignment) => assignment.application === application.name);
  const kinds = new Set(application.forms.map(({ kind }) => kind));
  const misplaced = own.filter(({ nodeId, kind }) => !kinds.has(kind) || places.kindOf(nodeId, kind) !== kind);
  for (const assignment of misplaced) places.release(assignment);
  const nextReplica = createReplicaNumbers(own);
  const forms = application.forms.map((form) => {
    const fitting = own.filter((assignment) => assignment.kind === form.kind && !misplaced.includes(assignment));
    return planForm({ application, form, own: fitting, places, nextReplica, updateShare });
  });
  return { forms, removals: removals(misplaced, "the application has no such form any more") };
}

interface FormInput {
  readonly application: PlanApplication;
  readonly form: PlanForm;
  readonly own: readonly PlanAssignment[];
  readonly places: Places;
  readonly nextReplica: () => number;
  readonly updateShare: number;
}

function planForm(input: FormInput): FormPlan {
  const { application, form, places } = input;
  const { lost, draining, foreign, standing } = sortOut(input);
  const kept = standing.slice(0, form.replicas);
  const excess = standing.slice(form.replicas);
  for (const assignment of excess) places.release(assignment);
  const missing = form.replicas - kept.length;
  const creations = createAll(input, missing);
  const unplaced = missing - creations.length;
  const keptLost = lost.slice(0, unplaced);
  const isCalm = kept.every(({ ready }) => ready);
  const drained = isCalm && creations.length === 0 ? draining : [];
  const replaced = isCalm && missing === 0 ? foreign : [];
  const ending = [
    ...removals(excess, "one too many"),
    ...removals(lost.slice(unplaced), "its node is lost"),
    ...removals(drained, "its node is drained"),
    ...removals(replaced, "its node does not meet the constraints"),
  ];
  const gone = new Set(ending.flatMap((action) => (action.type === "create" ? [] : [action.assignment])));
  const staying = [...kept, ...keptLost, ...draining, ...foreign].filter((assignment) => !gone.has(assignment));
  const updates = updatesOf(staying, input);
  return {
    application: application.name,
    kind: form.kind,
    desired: form.replicas,
    kept: kept.length - updates.filter(({ assignment }) => kept.includes(assignment)).length,
    displaced: foreign.filter((assignment) => !gone.has(assignment)).length,
    actions: [...creations, ...updates, ...ending],
    unplaced,
    refused: unplaced > 0 ? places.refusals(application, form) : [],
  };
}

/** A form's assignments by what may become of them; the standing ones in the order in which they are kept. */
function sortOut({ application, own, places }: FormInput) {
  const on = (status: PlanNode["status"]): PlanAssignment[] => own.filter(({ nodeId }) => places.statusOf(nodeId) === status);
  const living = [...on("open"), ...on("full")];
  const isForeign = ({ nodeId }: PlanAssignment): boolean => places.misfitOf(nodeId, application) !== undefined;
  const standing = living
    .filter((assignment) => !isForeign(assignment))
    .sort((a, b) => places.rankToKeep(a) - places.rankToKeep(b) || a.replica - b.replica);
  return { lost: on("lost"), draining: on("draining"), foreign: living.filter(isForeign), standing };
}

function createAll({ application, form, places, nextReplica }: FormInput, count: number): PlanAction[] {
  const creations: PlanAction[] = [];
  while (creations.length < count) {
    const place = places.take(application, form);
    if (place === undefined) break;
    creations.push({ type: "create", application: application.name, replica: nextReplica(), kind: form.kind, ...place });
  }
  return creations;
}

type Update = Extract<PlanAction, { type: "update" | "remove" }>;

/** Those that serve nobody first. On a lost node nothing is on its way: what is written there costs nothing and hinders nobody. */
function updatesOf(staying: readonly PlanAssignment[], { application, form, places, updateShare }: FormInput): Update[] {
  const isLost = ({ nodeId }: PlanAssignment): boolean => places.statusOf(nodeId) === "lost";
  const outdated = staying.filter(({ generation }) => generation !== application.generation);
  const onTheirWay = staying.filter((one) => one.generation === application.generation && !one.ready && !isLost(one)).length;
  const room = Math.max(1, Math.ceil(form.replicas * updateShare)) - onTheirWay;
  const living = outdated
    .filter((assignment) => !isLost(assignment))
    .sort((a, b) => Number(a.ready) - Number(b.ready) || a.replica - b.replica)
    .slice(0, Math.max(0, room));
  return [...living, ...outdated.filter(isLost)].map((assignment) => ({
    type: "update",
    assignment,
    reason: `generation ${assignment.generation} becomes ${application.generation}`,
  }));
}

function removals(assignments: readonly PlanAssignment[], reason: string): PlanAction[] {
  return assignments.map((assignment) => ({ type: "remove", assignment, reason }));
}

/** Numbers from 0 that no assignment of the application has, not even one about to go. */
function createReplicaNumbers(own: readonly PlanAssignment[]): () => number {
  const used = new Set(own.map(({ replica }) => replica));
  let next = 0;
  return () => {
    while (used.has(next)) next += 1;
    used.add(next);
    return next;
  };
}
