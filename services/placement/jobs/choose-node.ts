import type { JobStage__Output } from "../../../proto/gen/straightline/v1/JobStage.js";
import { kindFromWire } from "../../common/bus/index.js";
import { describeLack, describeNodes, type Held, NOTHING } from "../room.js";
import type { NodeKind } from "../scheduler/index.js";

/** A node as a stage sees it, with what instances and other stages have been promised. */
export interface JobNode extends Held {
  readonly nodeId: string;
  readonly kind: NodeKind;
  /** Fresh, not cordoned, not impaired. */
  readonly open: boolean;
  /** Numbers of the GPUs that no other stage uses. */
  readonly freeGpus: readonly number[];
}

/** Where a stage runs, or why nowhere now: one sentence, which changes only with what is promised. */
export type NodeChoice =
  | { readonly ok: true; readonly nodeId: string; readonly gpuDevices: readonly number[] }
  | { readonly ok: false; readonly reason: string };

/**
 * The node for the next attempt: one with room for all that the stage asks, of those the one that has been tried least, then the kind that
 * the stage likes best, then the one with the most CPU free, then the first by id.
 */
export function chooseNode(stage: JobStage__Output, nodes: readonly JobNode[], tried: readonly string[]): NodeChoice {
  const kinds = stage.kinds.flatMap((kind) => kindFromWire(kind) ?? []);
  const wanted = kinds.join(" or ");
  const ofKind = nodes.filter(({ kind }) => kinds.includes(kind));
  if (ofKind.length === 0) return { ok: false, reason: `waits for a ${wanted} node to join` };
  const open = ofKind.filter((node) => node.open);
  if (open.length === 0) return { ok: false, reason: `waits: every ${wanted} node is cordoned, impaired or silent` };
  const roomy = open.filter((node) => lackOf(stage, node) === undefined);
  if (roomy.length === 0) {
    const lacks = open.map((node) => ({ nodeId: node.nodeId, detail: lackOf(stage, node) ?? "" }));
    return { ok: false, reason: `waits: no ${wanted} node has ${describe(stage)} free: ${describeNodes(lacks)}` };
  }
  const rank = (node: JobNode): readonly (number | string)[] => [
    tried.filter((id) => id === node.nodeId).length,
    kinds.indexOf(node.kind),
    node.used.cpuMillicores - node.capacity.cpuMillicores,
    node.nodeId,
  ];
  const best = roomy.reduce((a, b) => (precedes(rank(b), rank(a)) ? b : a));
  return { ok: true, nodeId: best.nodeId, gpuDevices: best.freeGpus.slice(0, stage.resources?.gpus ?? 0) };
}

/** What the node has too little of; undefined: it has room. A GPU is held by its number, so what is free of them is counted. */
function lackOf({ resources }: JobStage__Output, node: JobNode): string | undefined {
  const asked = resources ?? NOTHING;
  const { capacity, used, usedBy, freeGpus } = node;
  if (freeGpus.length < asked.gpus) {
    return describeLack("gpus", { capacity, used: { ...used, gpus: capacity.gpus - freeGpus.length }, usedBy }, asked);
  }
  const name = (["memoryBytes", "cpuMillicores"] as const).find((one) => used[one] + asked[one] > capacity[one]);
  return name && describeLack(name, node, asked);
}

function describe({ resources }: JobStage__Output): string {
  const { cpuMillicores, memoryBytes, gpus } = resources ?? NOTHING;
  const alsoGpus = gpus > 0 ? ` and ${gpus} GPU` : "";
  return `${cpuMillicores}m CPU, ${Math.ceil(memoryBytes / 1024 ** 2)} MiB memory${alsoGpus}`;
}

function precedes(a: readonly (number | string)[], b: readonly (number | string)[]): boolean {
  const at = a.findIndex((value, index) => value !== b[index]);
  return at >= 0 && (a[at] as number | string) < (b[at] as number | string);
}
