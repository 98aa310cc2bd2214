import { remoteBytes, serviceMs } from "../client/index.js";
import type { Prices } from "../money/index.js";
import type { OfferedRequest } from "../workload/index.js";
import type { SimInstance, World } from "../world/index.js";

/** Response time of a request that is alone in the fleet, on its best instance, which is warm; Infinity: none could take it. */
export function createUncontended(world: World, prices: Prices): (request: OfferedRequest) => number {
  const choices = new Map<string, readonly SimInstance[]>();
  return (request) => {
    const known = choices.get(request.application) ?? distinct(world.instancesOf(request.application));
    choices.set(request.application, known);
    let best = Number.POSITIVE_INFINITY;
    for (const instance of known) best = Math.min(best, alone(request, instance, prices));
    if (request.home === undefined) return best;
    for (const instance of world.instancesOf(request.application)) best = Math.min(best, alone(request, instance, prices));
    return best;
  };
}

/** Of instances that differ in nothing but their name one will do, where no data lies anywhere. */
function distinct(instances: readonly SimInstance[]): SimInstance[] {
  const seen = new Map<string, SimInstance>();
  for (const instance of instances) {
    const key = `${instance.node.group.name} ${instance.settings.payloadLimitBytes}`;
    if (!seen.has(key)) seen.set(key, instance);
  }
  return [...seen.values()];
}

function alone(request: OfferedRequest, { node, settings }: SimInstance, prices: Prices): number {
  const { payloadLimitBytes, form } = settings;
  if (payloadLimitBytes > 0 && request.sizeBytes > payloadLimitBytes) return Number.POSITIVE_INFINITY;
  const { group } = node;
  const served = serviceMs(request, form) / aloneRate(node.kind, group);
  if (!prices.isWithinCap(group.price, served, form.memoryBytes)) return Number.POSITIVE_INFINITY;
  const transferMs = (remoteBytes(request, node) / group.bandwidthBytesPerSecond) * 1000;
  return group.roundTripMs + transferMs + served;
}

function aloneRate(kind: SimInstance["node"]["kind"], { speed, cpuCores }: SimInstance["node"]["group"]): number {
  return kind === "serverless" ? speed : speed * Math.min(1, cpuCores);
}
