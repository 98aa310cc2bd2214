import { type Choice, type ChoiceContext, drawCandidate, kindName, type PlacementPolicy } from "../../scheduler/index.js";

/** A baseline: any instance with a free slot, each as likely as another. The seed is its only source of chance. */
export const random = { name: "random", choose } satisfies PlacementPolicy;

function choose(context: ChoiceContext): Choice {
  const pool = context.pool ?? context.candidates;
  const drawn = drawCandidate(pool, context.input.seed);
  if (drawn === undefined) throw new Error("random: asked to choose among no candidates");
  const reason = `random: ${kindName(drawn.instance.kind)}, drawn from ${pool.length}`;
  return { preferred: [drawn], reason, steps: [`${reason} by seed ${context.input.seed}.`] };
}
