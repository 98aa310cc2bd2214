import { treeUsage } from "../tree.js";
import type { LimitBackend, LimitScope } from "./types.js";

/**
 * Where neither control groups nor systemd can be used: memory is watched and a process over its limit is killed (by the supervisor);
 * CPU is not limited. An address-space limit (RLIMIT_AS) is no help: JavaScript engines reserve far more than they use.
 */
export function createWatchdogBackend(): LimitBackend {
  const scope: LimitScope = {
    key: "",
    wrap: (argv) => [...argv],
    usage: treeUsage,
    killedForMemory: () => false,
    remove: () => Promise.resolve(),
  };
  return { cpuLimit: "none", memoryLimit: "watchdog", create: () => scope, reopen: () => scope };
}
