import type { World } from "../world/index.js";
import type { Prices } from "./prices.js";

/** What a whole run has cost, and the cold starts in it. */
export function billOf(world: World, applications: readonly string[], forMs: number, prices: Prices) {
  const instances = applications.flatMap((name) => world.instancesOf(name));
  let cost = 0;
  let coldStarts = 0;
  for (const { node, settings, bill } of instances) {
    const { price } = node.group;
    cost += prices.ofInstance(price, forMs) + price.perRequest * bill.requests;
    cost += prices.ofRequest({ ...price, perRequest: 0 }, bill.usedMs, settings.form.memoryBytes);
    coldStarts += bill.coldStarts;
  }
  return { cost, coldStarts };
}
