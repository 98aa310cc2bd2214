import { remoteBytes, serviceMs } from "../client/index.js";
import type { Prices } from "../money/index.js";
import type { Form } from "../scenario/index.js";
import type { OfferedRequest } from "../workload/index.js";
import type { SimInstance, SimNode, World } from "../world/index.js";

/** An instance as a lone request meets it. */
interface Choice {
  readonly node: SimNode;
  readonly form: Form;
  readonly payloadLimitBytes: number;
  /** Of its service, on an idle node. */
  readonly rate: number;
}

/** Response time of a request that is alone in the fleet, on its best instance, which is warm; Infinity: none could take it. */
export function createUncontended(world: World, prices: Prices): (request: OfferedRequest) => number {
  const choices = new Map<string, readonly Choice[]>();
  return (request) => {
    const known = choices.get(request.application) ?? distinct(world.instancesOf(request.application)).map(choiceOf);
    choices.set(request.application, known);
    const best = bestOf(request, known, prices);
    if (request.home === undefined) return best;
    return Math.min(best, bestOf(request, world.instancesOf(request.application).map(choiceOf), prices));
  };
}

function bestOf(request: OfferedRequest, choices: readonly Choice[], prices: Prices): number {
  let best = Number.POSITIVE_INFINITY;
  for (const choice of choices) best = Math.min(best, alone(request, choice, prices));
  return best;
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

function choiceOf({ node, settings: { form, payloadLimitBytes } }: SimInstance): Choice {
  const { kind, group } = node;
  const rate = kind === "serverless" ? group.speed : group.speed * Math.min(1, group.cpuCores);
  return { node, form, payloadLimitBytes, rate };
}

function alone(request: OfferedRequest, { node, form, payloadLimitBytes, rate }: Choice, prices: Prices): number {
  if (payloadLimitBytes > 0 && request.sizeBytes > payloadLimitBytes) return Number.POSITIVE_INFINITY;
  const { group } = node;
  const served = serviceMs(request, form) / rate;
  if (!prices.isWithinCap(group.price, served, form.memoryBytes)) return Number.POSITIVE_INFINITY;
  const transferMs = (remoteBytes(request, node) / group.bandwidthBytesPerSecond) * 1000;
  return group.roundTripMs + transferMs + served;
}
