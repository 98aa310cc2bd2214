import { type Amounts, hold, NOTHING, sumOf } from "../../room.js";
import type { NodeKind } from "../../scheduler/index.js";
import { misfit, type NodeLoad, refusalOf } from "./filter.js";
import { bestPlace } from "./score.js";
import type { NodeRefusal, PlanApplication, PlanAssignment, PlanForm, PlanNode } from "./types.js";

/** The nodes with what is assigned to them, kept up to date while planning. */
export interface Places {
  /** A node that nobody has heard of counts as lost, whatever kind is asked for. */
  statusOf(nodeId: string): PlanNode["status"];
  kindOf(nodeId: string, ifUnknown: NodeKind): NodeKind;
  /** Why the application may not stand on the node at all; undefined: it may. */
  misfitOf(nodeId: string, application: PlanApplication): string | undefined;
  /** Takes a place for one instance on the best node that has one; undefined: none has. */
  take(application: PlanApplication, form: PlanForm): { readonly nodeId: string; readonly reason: string } | undefined;
  /** Why each node of the kind takes no instance; of the rest nothing. */
  refusals(application: PlanApplication, form: PlanForm): NodeRefusal[];
  /** Gives up what is held for an assignment. */
  release(assignment: PlanAssignment): void;
  /** Lower is kept longer when there are too many: open nodes first, then ready ones, then those with less beside them. */
  rankToKeep(assignment: PlanAssignment): number;
}

interface Load extends NodeLoad {
  used: Amounts;
  instances: number;
  readonly byApplication: Map<string, number>;
  readonly usedBy: Map<string, Amounts>;
}

/** Places as they stand. */
export function createPlaces(nodes: readonly PlanNode[], assignments: readonly PlanAssignment[]): Places {
  const byId = new Map(nodes.map((node) => [node.nodeId, node]));
  const loads = new Map<string, Load>();
  const loadOf = (nodeId: string): Load => {
    const load = loads.get(nodeId) ?? { used: NOTHING, instances: 0, byApplication: new Map(), usedBy: new Map() };
    loads.set(nodeId, load);
    return load;
  };
  const add = (nodeId: string, holder: string, resources: Amounts, sign: 1 | -1): void => {
    const load = loadOf(nodeId);
    load.instances += sign;
    load.used = sumOf(load.used, resources, sign);
    hold(load.usedBy, holder, resources, sign);
    load.byApplication.set(holder, (load.byApplication.get(holder) ?? 0) + sign);
  };
  for (const { nodeId, application, resources } of assignments) add(nodeId, application, resources, 1);
  for (const { nodeId, stages } of nodes) for (const { holder, resources } of stages) add(nodeId, holder, resources, 1);
  const ofKind = (kind: NodeKind): PlanNode[] => nodes.filter((node) => node.kind === kind);
  return {
    statusOf: (nodeId) => byId.get(nodeId)?.status ?? "lost",
    kindOf: (nodeId, ifUnknown) => byId.get(nodeId)?.kind ?? ifUnknown,
    misfitOf(nodeId, application) {
      const node = byId.get(nodeId);
      return node === undefined ? undefined : misfit(node, application)?.detail;
    },
    take(application, form) {
      const fitting = ofKind(form.kind)
        .map((node) => ({ node, load: loadOf(node.nodeId) }))
        .filter(({ node, load }) => refusalOf(node, load, application, form) === undefined);
      const best = bestPlace(fitting, application, form);
      if (best !== undefined) add(best.nodeId, application.name, form.resources, 1);
      return best;
    },
    refusals: (application, form) =>
      ofKind(form.kind).flatMap((node) => refusalOf(node, loadOf(node.nodeId), application, form) ?? []),
    release: ({ nodeId, application, resources }) => add(nodeId, application, resources, -1),
    rankToKeep({ nodeId, ready }) {
      const isOpen = byId.get(nodeId)?.status === "open";
      return (isOpen ? 0 : 1e9) + (ready ? 0 : 1e6) + loadOf(nodeId).instances;
    },
  };
}
