import type { PlacementPolicy } from "../../scheduler/index.js";

/** A baseline: every request on containers, the least loaded first. */
export const containerOnly = { name: "container-only", kinds: ["container"] } satisfies PlacementPolicy;
