import { type Amounts, describeLack, NOTHING } from "../../room.js";
import type { NodeRefusal, PlanApplication, PlanForm, PlanNode } from "./types.js";

/** Why a node takes no instance, for counting. */
export const REFUSED = {
  lost: "lost",
  draining: "draining",
  closed: "takes nothing new",
  label: "label missing",
  zone: "other zone",
  gpu: "too few GPUs",
  memory: "too little memory",
  cpu: "too little CPU",
  antiAffinity: "beside an application that it must not be beside",
  price: "dearer than the price cap",
} as const;

/** Who holds what the application has there, or is given there by the same plan; no application can be called so. */
const OWN_INSTANCES = "this application's own instances";

/** What stands on a node. */
export interface NodeLoad {
  readonly used: Amounts;
  readonly instances: number;
  /** Instances by application, and stages by job (`job …`), whose names no application has. */
  readonly byApplication: ReadonlyMap<string, number>;
  /** What is used by application and by job. */
  readonly usedBy: ReadonlyMap<string, Amounts>;
}

const EMPTY: NodeLoad = {
  used: NOTHING,
  instances: 0,
  byApplication: new Map(),
  usedBy: new Map(),
};

/** Why the node takes no (further) instance of the form; undefined: it does. Cheap and common reasons first. */
export function refusalOf(node: PlanNode, load: NodeLoad, application: PlanApplication, form: PlanForm): NodeRefusal | undefined {
  const refuse = (reason: string, detail: string = reason): NodeRefusal => ({ nodeId: node.nodeId, reason, detail });
  if (node.status === "lost") return refuse(REFUSED.lost, "it is lost");
  if (node.status === "draining") return refuse(REFUSED.draining, "it is draining");
  if (node.status === "full") return refuse(REFUSED.closed, node.why);
  const foreign = misfit(node, application);
  if (foreign !== undefined) return refuse(foreign.reason, foreign.detail);
  if (application.priceCap > 0 && node.pricePerRequest > application.priceCap) {
    return refuse(REFUSED.price, `a request costs ${node.pricePerRequest}, the cap is ${application.priceCap}`);
  }
  const beside = application.antiAffinity.find((name) => (load.byApplication.get(name) ?? 0) > 0);
  if (beside !== undefined) return refuse(REFUSED.antiAffinity, `${beside} is there`);
  const lack = lackOf(node, load, application, form);
  return lack === undefined ? undefined : refuse(lack.reason, lack.detail);
}

/** Why no instance of the application may stand on the node, whatever is free there. */
export function misfit(
  { labels, zone }: Pick<PlanNode, "labels" | "zone">,
  application: Pick<PlanApplication, "labels" | "zones">,
): Pick<NodeRefusal, "reason" | "detail"> | undefined {
  const missing = Object.entries(application.labels).find(([name, value]) => labels[name] !== value);
  if (missing !== undefined) return { reason: REFUSED.label, detail: `it has no label ${missing[0]}=${missing[1]}` };
  if (application.zones.length === 0 || application.zones.includes(zone)) return undefined;
  return { reason: REFUSED.zone, detail: zone === "" ? "it is in no zone" : `it is in zone ${zone}` };
}

/**
 * Memory and GPUs are held; so is CPU, but for the first instance of a node: a limit above what the node has makes it slower, not
 * impossible. Functions share their node: one worker must fit.
 */
function lackOf(
  { kind, capacity }: PlanNode,
  load: NodeLoad,
  { name: own }: PlanApplication,
  { resources }: PlanForm,
): Pick<NodeRefusal, "reason" | "detail"> | undefined {
  const { used, usedBy, instances } = kind === "serverless" ? EMPTY : load;
  const detail = (name: keyof Amounts): string => {
    const holders = new Map([...usedBy].map(([holder, amounts]) => [holder === own ? OWN_INSTANCES : holder, amounts]));
    return describeLack(name, { capacity, used, usedBy: holders }, resources);
  };
  const exceeds = (name: keyof Amounts): boolean => resources[name] > capacity[name] - used[name];
  if (resources.gpus > 0 && exceeds("gpus")) return { reason: REFUSED.gpu, detail: detail("gpus") };
  if (capacity.memoryBytes > 0 && exceeds("memoryBytes")) return { reason: REFUSED.memory, detail: detail("memoryBytes") };
  const isFirst = instances === 0;
  if (isFirst || capacity.cpuMillicores === 0 || !exceeds("cpuMillicores")) return undefined;
  return { reason: REFUSED.cpu, detail: detail("cpuMillicores") };
}
