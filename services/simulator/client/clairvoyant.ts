import type { Prices } from "../money/index.js";
import type { SimInstance, World } from "../world/index.js";
import { remoteBytes, workOf } from "./request-work.js";
import type { Decide, Decided, SimRequest } from "./types.js";

/** The name under which it stands among the policies. It is no policy of the product: it knows what nobody can know. */
export const CLAIRVOYANT = "clairvoyant";

const FULL: Decided = { type: "refused", later: true };
const NEVER: Decided = { type: "refused", later: false };

/** The instance that would answer first, by true queues, service times, cold starts and states of nodes; greedy, so no lower bound. */
export function clairvoyantDecide(world: World, prices: Prices): Decide {
  return (request) => {
    const able = world.instancesOf(request.view.application).filter((instance) => canTake(instance, request, prices));
    if (able.length === 0) return NEVER;
    let best: SimInstance | undefined;
    let bestMs = Number.POSITIVE_INFINITY;
    for (const instance of able) {
      const responseMs = instance.node.isUp ? foresee(instance, request) : Number.POSITIVE_INFINITY;
      if (responseMs >= bestMs) continue;
      best = instance;
      bestMs = responseMs;
    }
    if (best === undefined) return FULL;
    const { node, settings } = best;
    const serviceMs = workOf(request, best);
    const expected = { delayMs: bestMs - serviceMs, coldStartMs: 0, serviceMs, slots: settings.concurrency };
    const { instanceId } = settings;
    return {
      type: "placed",
      placed: { nodeId: node.name, instanceId, kind: node.kind, expected, expectedWaitMs: 0, waitedMs: 0 },
    };
  };
}

function canTake(instance: SimInstance, request: SimRequest, prices: Prices): boolean {
  const { settings, node } = instance;
  const { view } = request;
  if (settings.payloadLimitBytes > 0 && view.sizeBytes > settings.payloadLimitBytes) return false;
  if (view.constraints.excludedInstanceIds.includes(settings.instanceId)) return false;
  return prices.isWithinCap(node.group.price, workOf(request, instance), settings.form.memoryBytes);
}

function foresee(instance: SimInstance, request: SimRequest): number {
  const { node } = instance;
  const transferMs = remoteBytes(request.offered, node) / node.link.rateOfNext();
  const task = { key: request.offered.key, workMs: workOf(request, instance), onServed: () => undefined };
  return node.group.roundTripMs + instance.foresee(task, transferMs);
}
