import type { PlanApplication, PlanAssignment, PlanForm, PlanNode } from "../../services/placement/controller/plan/types.js";
import { type Amounts, NOTHING } from "../../services/placement/room.js";

/** Resources of which only what is given matters. */
export function resources(changes: Partial<Amounts>): Amounts {
  return { ...NOTHING, ...changes };
}

/** A node of kind vm without labels, zone or known capacity. */
export function vm(nodeId: string, status: PlanNode["status"] = "open", changes: Partial<PlanNode> = {}): PlanNode {
  return {
    nodeId,
    kind: "vm",
    status,
    why: "",
    labels: {},
    zone: "",
    capacity: NOTHING,
    stages: [],
    pricePerRequest: 0,
    ...changes,
  };
}

/** One form that asks for nothing. */
export function form(kind: PlanForm["kind"], replicas: number, asked: Partial<Amounts> = {}): PlanForm {
  return { kind, replicas, resources: resources(asked) };
}

/** The application `app` as processes, without conditions. */
export function app(replicas: number, changes: Partial<PlanApplication> = {}): PlanApplication {
  return {
    name: "app",
    generation: 1,
    forms: [form("vm", replicas)],
    labels: {},
    zones: [],
    affinity: [],
    antiAffinity: [],
    packing: "spread",
    priceCap: 0,
    ...changes,
  };
}

/** A ready assignment of `app`. */
export function assigned(nodeId: string, replica: number, changes: Partial<PlanAssignment> = {}): PlanAssignment {
  return { nodeId, application: "app", replica, kind: "vm", generation: 1, ready: true, resources: NOTHING, ...changes };
}
