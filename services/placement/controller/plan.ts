import type { NodeKind } from "../scheduler/index.js";

/** An application as far as its spreading over nodes depends on it. */
export interface PlanApplication {
  readonly name: string;
  readonly generation: number;
  readonly forms: readonly { readonly kind: NodeKind; readonly replicas: number }[];
}

/** A node as a place for instances. `full`: keeps what it has, takes nothing new. */
export interface PlanNode {
  readonly nodeId: string;
  readonly kind: NodeKind;
  readonly status: "open" | "full" | "draining" | "lost";
}

/** An assignment that stands in the bucket. */
export interface PlanAssignment {
  readonly nodeId: string;
  readonly application: string;
  /** Unique in the application, across its kinds. */
  readonly replica: number;
  readonly kind: NodeKind;
  readonly generation: number;
  /** Its instance is ready, so that another one may go for it. */
  readonly ready: boolean;
}

/** A step towards what is desired. */
export type PlanAction =
  | {
      readonly type: "create";
      readonly nodeId: string;
      readonly application: string;
      readonly replica: number;
      readonly kind: NodeKind;
    }
  | { readonly type: "update" | "remove"; readonly assignment: PlanAssignment };

/**
 * What must change so that every application has its replicas on nodes that can run them. Pure and level-triggered: it starts from what
 * is, keeps all that still fits, and gives no action once there is nothing to do.
 *
 * - New ones go to the open node with the fewest of this application, then the fewest in all, then by id.
 * - Those on a lost node are moved where another node of the kind is open; else they stay, for its return.
 * - Those on a draining node stay until their replacements are ready; with no node to move to they end at once, as was asked.
 */
export function plan(
  applications: readonly PlanApplication[],
  nodes: readonly PlanNode[],
  assignments: readonly PlanAssignment[],
): PlanAction[] {
  const byName = [...applications].sort((a, b) => compareText(a.name, b.name));
  const names = new Set(byName.map(({ name }) => name));
  const orphans = assignments.filter(({ application }) => !names.has(application));
  const places = createPlaces(nodes, assignments);
  return [...removals(orphans), ...byName.flatMap((application) => planApplication(application, places, assignments))];
}

function planApplication(application: PlanApplication, places: Places, all: readonly PlanAssignment[]): PlanAction[] {
  const own = all.filter((assignment) => assignment.application === application.name);
  const kinds = new Set(application.forms.map(({ kind }) => kind));
  const misplaced = own.filter(({ nodeId, kind }) => !kinds.has(kind) || places.kindOf(nodeId, kind) !== kind);
  const replicas = createReplicaNumbers(own);
  const forms = application.forms.flatMap(({ kind, replicas: wanted }) => {
    const fitting = own.filter((assignment) => assignment.kind === kind && !misplaced.includes(assignment));
    return planForm(application, kind, wanted, fitting, places, replicas);
  });
  return [...removals(misplaced), ...forms];
}

function planForm(
  application: PlanApplication,
  kind: NodeKind,
  wanted: number,
  own: readonly PlanAssignment[],
  places: Places,
  nextReplica: () => number,
): PlanAction[] {
  const on = (status: PlanNode["status"]): PlanAssignment[] => own.filter(({ nodeId }) => places.statusOf(nodeId) === status);
  const [lost, draining] = [on("lost"), on("draining")];
  const standing = [...on("open"), ...on("full")];
  const ranked = standing.sort((a, b) => places.rankToKeep(a) - places.rankToKeep(b) || a.replica - b.replica);
  const kept = ranked.slice(0, wanted);
  const excess = ranked.slice(wanted);
  const missing = wanted - kept.length;
  const canMove = places.hasOpen(kind);
  const keptLost = missing > 0 && !canMove ? lost.slice(0, missing) : [];
  const isReplaced = missing === 0 && kept.every(({ ready }) => ready);
  const mayEnd = isReplaced || !canMove;
  const creations = canMove ? Array.from({ length: missing }, () => create(application.name, kind, places, nextReplica)) : [];
  const staying = [...kept, ...keptLost, ...(mayEnd ? [] : draining)];
  const outdated = staying.filter(({ generation }) => generation < application.generation);
  return [
    ...creations,
    ...outdated.map((assignment) => ({ type: "update", assignment }) as const),
    ...removals([...excess, ...lost.filter((assignment) => !keptLost.includes(assignment)), ...(mayEnd ? draining : [])]),
  ];
}

function create(application: string, kind: NodeKind, places: Places, nextReplica: () => number): PlanAction {
  return { type: "create", nodeId: places.take(application, kind), application, replica: nextReplica(), kind };
}

function removals(assignments: readonly PlanAssignment[]): PlanAction[] {
  return assignments.map((assignment) => ({ type: "remove", assignment }));
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

/** The nodes with what is assigned to them, kept up to date while planning. */
interface Places {
  /** A node that nobody has heard of counts as lost, whatever kind is asked for. */
  statusOf(nodeId: string): PlanNode["status"];
  kindOf(nodeId: string, ifUnknown: NodeKind): NodeKind;
  hasOpen(kind: NodeKind): boolean;
  /** Takes a place on the best open node of the kind; called only where hasOpen. */
  take(application: string, kind: NodeKind): string;
  /** Lower is kept longer when there are too many: open nodes first, then those with less on them. */
  rankToKeep(assignment: PlanAssignment): number;
}

function createPlaces(nodes: readonly PlanNode[], assignments: readonly PlanAssignment[]): Places {
  const byId = new Map(nodes.map((node) => [node.nodeId, node]));
  const totals = new Map<string, number>();
  const ofApplication = new Map<string, number>();
  const add = (nodeId: string, application: string): void => {
    totals.set(nodeId, (totals.get(nodeId) ?? 0) + 1);
    const key = `${nodeId}.${application}`;
    ofApplication.set(key, (ofApplication.get(key) ?? 0) + 1);
  };
  for (const { nodeId, application } of assignments) add(nodeId, application);
  const openOf = (kind: NodeKind): PlanNode[] => nodes.filter((node) => node.kind === kind && node.status === "open");
  return {
    statusOf: (nodeId) => byId.get(nodeId)?.status ?? "lost",
    kindOf: (nodeId, ifUnknown) => byId.get(nodeId)?.kind ?? ifUnknown,
    hasOpen: (kind) => openOf(kind).length > 0,
    take(application, kind) {
      const load = ({ nodeId }: PlanNode): [number, number] => [
        ofApplication.get(`${nodeId}.${application}`) ?? 0,
        totals.get(nodeId) ?? 0,
      ];
      const best = openOf(kind).reduce((a, b) => (comparePlaces(load(a), a.nodeId, load(b), b.nodeId) <= 0 ? a : b));
      add(best.nodeId, application);
      return best.nodeId;
    },
    rankToKeep({ nodeId }) {
      const isOpen = byId.get(nodeId)?.status === "open";
      return (isOpen ? 0 : 1e6) + (totals.get(nodeId) ?? 0);
    },
  };
}

function comparePlaces(loadA: [number, number], idA: string, loadB: [number, number], idB: string): number {
  return loadA[0] - loadB[0] || loadA[1] - loadB[1] || compareText(idA, idB);
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
