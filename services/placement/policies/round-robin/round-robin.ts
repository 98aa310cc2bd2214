import { type Choice, type ChoiceContext, compareIds, kindName, type PlacementPolicy } from "../../scheduler/index.js";

/**
 * A baseline: the instances with a free slot in turn, in order of node id and instance id. The turn is the number of the decision, modulo
 * those that are free, so that it keeps no state of its own.
 */
export const roundRobin = { name: "round-robin", choose } satisfies PlacementPolicy;

function choose(context: ChoiceContext): Choice {
  const { sequence, seed } = context.input;
  const ring = [...(context.pool ?? context.candidates)].sort(compareIds);
  const at = (sequence ?? seed) % ring.length;
  const taken = ring[at];
  if (taken === undefined) throw new Error(`round-robin: sequence ${sequence ?? seed} is no whole number of 0 or more`);
  const reason = `round-robin: ${kindName(taken.instance.kind)}, turn ${at + 1} of ${ring.length}`;
  const rest = () => [...ring.slice(at + 1), ...ring.slice(0, at)];
  return { preferred: [taken], rest, reason, steps: [`${reason}.`] };
}
