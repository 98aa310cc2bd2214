import { createSharedResource, type EventLoop } from "../clock/index.js";
import type { NodeGroup } from "../scenario/index.js";
import type { SimNode } from "./types.js";

/** A node that is up, with nothing on it. */
export function createNode(loop: EventLoop, group: NodeGroup, name: string, hash: number): SimNode {
  const node: SimNode = {
    name,
    kind: group.kind,
    group,
    hash,
    cpu: createSharedResource(loop, (jobs) => serviceRate(node, jobs)),
    link: createSharedResource(loop, (jobs) => group.bandwidthBytesPerSecond / 1000 / Math.max(1, jobs)),
    instances: [],
    isUp: true,
    noticeMs: 0,
    isSilent: false,
    slowFactor: 1,
    neighbourCores: 0,
    workerLimit: Number.POSITIVE_INFINITY,
    epoch: 1,
    sequence: 0,
  };
  return node;
}

/**
 * Work of one request done in a millisecond while `jobs` run: each wants a core, and when neighbours and requests want more than there are,
 * all get an equal share. Workers of functions have CPU of their own.
 */
function serviceRate({ kind, group, neighbourCores, slowFactor }: SimNode, jobs: number): number {
  const share = kind === "serverless" ? 1 : Math.min(1, group.cpuCores / (Math.max(1, jobs) + neighbourCores));
  return (share * group.speed) / slowFactor;
}

/** CPU in use, cores: by its requests, and by all. */
export function cpuUse({ kind, group, cpu, neighbourCores }: SimNode): { readonly own: number; readonly all: number } {
  if (kind === "serverless") return { own: cpu.jobCount, all: cpu.jobCount };
  const wanted = cpu.jobCount + neighbourCores;
  const share = wanted > group.cpuCores ? group.cpuCores / wanted : 1;
  return { own: cpu.jobCount * share, all: wanted * share };
}
