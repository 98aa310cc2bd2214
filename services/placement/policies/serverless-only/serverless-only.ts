import type { PlacementPolicy } from "../../scheduler/index.js";

/** A baseline: every request on functions, the least loaded first. */
export const serverlessOnly = { name: "serverless-only", kinds: ["serverless"] } satisfies PlacementPolicy;
