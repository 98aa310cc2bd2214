import type { NodeLoad } from "./filter.js";
import type { PlanApplication, PlanForm, PlanNode } from "./types.js";

/** A node with what stands on it. */
export interface Place {
  readonly node: PlanNode;
  readonly load: NodeLoad;
}

/** The place to take first, and why; undefined when there is none. Equal places go to the lower node id. */
export function bestPlace(
  places: readonly Place[],
  application: PlanApplication,
  form: PlanForm,
): { readonly nodeId: string; readonly reason: string } | undefined {
  const inZone = countByZone(places, application.name);
  const keyOf = (place: Place): readonly number[] => [
    hasPreferred(place, application) ? 0 : 1,
    ...(application.packing === "bin-pack" ? [-fullness(place, form)] : spreadKey(place, application, inZone)),
  ];
  const keyed = places.map((place) => ({ place, key: keyOf(place) }));
  const [best] = keyed.sort((a, b) => compareKeys(a.key, b.key) || (a.place.node.nodeId < b.place.node.nodeId ? -1 : 1));
  return best && { nodeId: best.place.node.nodeId, reason: reasonOf(best.place, application, form) };
}

/** Fewest of this application in the zone, then on the node, then fewest in all. */
function spreadKey({ node, load }: Place, { name }: PlanApplication, inZone: ReadonlyMap<string, number>): readonly number[] {
  return [inZone.get(node.zone) ?? 0, load.byApplication.get(name) ?? 0, load.instances];
}

function countByZone(places: readonly Place[], application: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { node, load } of places) {
    counts.set(node.zone, (counts.get(node.zone) ?? 0) + (load.byApplication.get(application) ?? 0));
  }
  return counts;
}

/** Share of the scarcest resource that is in use once the instance is there, 0..1; 0 where nothing is known. */
function fullness({ node: { capacity }, load: { used } }: Place, { resources }: PlanForm): number {
  const shares = (["cpuMillicores", "memoryBytes", "gpus"] as const).map((name) =>
    capacity[name] === 0 ? 0 : (used[name] + resources[name]) / capacity[name],
  );
  return Math.max(...shares);
}

function hasPreferred({ load }: Place, { affinity }: PlanApplication): boolean {
  return affinity.some((name) => (load.byApplication.get(name) ?? 0) > 0);
}

function reasonOf(place: Place, application: PlanApplication, form: PlanForm): string {
  const beside = hasPreferred(place, application) ? "beside an application of its affinity, " : "";
  if (application.packing === "bin-pack")
    return `${beside}fullest that fits: ${Math.round(fullness(place, form) * 100)}% with it`;
  const { load } = place;
  return `${beside}fewest: ${load.byApplication.get(application.name) ?? 0} of ${application.name}, ${load.instances} in all`;
}

function compareKeys(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, index) => value !== b[index]);
  return at < 0 ? 0 : (a[at] as number) - (b[at] as number);
}
