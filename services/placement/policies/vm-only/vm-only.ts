import type { PlacementPolicy } from "../../scheduler/index.js";

/** A baseline: every request on VMs, the least loaded first. */
export const vmOnly = { name: "vm-only", kinds: ["vm"] } satisfies PlacementPolicy;
