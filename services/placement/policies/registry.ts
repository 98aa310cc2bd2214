import { StraightLineError } from "../../common/errors/index.js";
import type { PlacementPolicy } from "../scheduler/index.js";

/** Policies by name. */
export interface PolicyRegistry {
  /** In order of name. */
  readonly names: readonly string[];
  /** Throws UNKNOWN_POLICY, naming those that are known. */
  get(name: string): PlacementPolicy;
}

/** A registry of policies. Throws on a name given twice: the later would hide the earlier. */
export function createRegistry(policies: readonly PlacementPolicy[]): PolicyRegistry {
  const byName = new Map<string, PlacementPolicy>();
  for (const policy of policies) {
    if (byName.has(policy.name)) throw new Error(`placement policy ${policy.name} is registered twice`);
    byName.set(policy.name, policy);
  }
  const names = [...byName.keys()].sort();
  return {
    names,
    get(name) {
      const policy = byName.get(name);
      if (policy !== undefined) return policy;
      throw new StraightLineError("UNKNOWN_POLICY", `policy: ${JSON.stringify(name)} is unknown; known: ${names.join(", ")}`);
    },
  };
}
