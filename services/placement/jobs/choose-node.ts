import type { JobStage__Output } from "../../../proto/gen/straightline/v1/JobStage.js";
import { kindFromWire } from "../../common/bus/index.js";
import type { NodeKind } from "../scheduler/index.js";

/** Computing resources of a node or of a stage. */
export interface JobResources {
  readonly cpuMillicores: number;
  readonly memoryBytes: number;
}

/** A node as a stage sees it. */
export interface JobNode {
  readonly nodeId: string;
  readonly kind: NodeKind;
  /** Fresh, not cordoned, not impaired. */
  readonly open: boolean;
  readonly capacity: JobResources;
  /** What instances and other stages have been promised. */
  readonly promised: JobResources;
  /** Numbers of the GPUs that no other stage uses. */
  readonly freeGpus: readonly number[];
}

/** Where a stage runs, or why nowhere now: one sentence without figures that change by themselves. */
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
  const roomy = open.filter((node) => hasRoom(stage, node));
  if (roomy.length === 0) return { ok: false, reason: `waits: no ${wanted} node has ${describe(stage)} free` };
  const rank = (node: JobNode): readonly (number | string)[] => [
    tried.filter((id) => id === node.nodeId).length,
    kinds.indexOf(node.kind),
    node.promised.cpuMillicores - node.capacity.cpuMillicores,
    node.nodeId,
  ];
  const best = roomy.reduce((a, b) => (precedes(rank(b), rank(a)) ? b : a));
  return { ok: true, nodeId: best.nodeId, gpuDevices: best.freeGpus.slice(0, stage.resources?.gpus ?? 0) };
}

function hasRoom({ resources }: JobStage__Output, { capacity, promised, freeGpus }: JobNode): boolean {
  const { cpuMillicores = 0, memoryBytes = 0, gpus = 0 } = resources ?? {};
  return (
    promised.cpuMillicores + cpuMillicores <= capacity.cpuMillicores &&
    promised.memoryBytes + memoryBytes <= capacity.memoryBytes &&
    freeGpus.length >= gpus
  );
}

function describe({ resources }: JobStage__Output): string {
  const { cpuMillicores = 0, memoryBytes = 0, gpus = 0 } = resources ?? {};
  const alsoGpus = gpus > 0 ? ` and ${gpus} GPU` : "";
  return `${cpuMillicores}m CPU, ${Math.ceil(memoryBytes / 1024 ** 2)} MiB memory${alsoGpus}`;
}

function precedes(a: readonly (number | string)[], b: readonly (number | string)[]): boolean {
  const at = a.findIndex((value, index) => value !== b[index]);
  return at >= 0 && (a[at] as number | string) < (b[at] as number | string);
}
