import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import type { InstanceLimits } from "../../driver.js";
import { treeUsage } from "../tree.js";
import type { LimitBackend, LimitScope } from "./types.js";

/** A first unit that does nothing shows whether this user may make any; a working systemd answers well within this. */
const TRIAL_TIMEOUT_MS = 3000;

/**
 * Limits by transient scopes of systemd, the owner of the control groups where it is PID 1; undefined elsewhere or without the rights. A
 * scope's process keeps its pid, and outlives the unit of the agent.
 */
export function createSystemdBackend(): LimitBackend | undefined {
  if (process.platform !== "linux" || !existsSync("/run/systemd/system")) return undefined;
  const command = ["systemd-run", ...(process.getuid?.() === 0 ? [] : ["--user"]), "--scope", "--quiet", "--collect"];
  try {
    execFileSync(command[0] as string, [...command.slice(1), "true"], { timeout: TRIAL_TIMEOUT_MS, stdio: "ignore" });
  } catch {
    // No rights or no user manager: another way is taken, and capabilities say which.
    return undefined;
  }
  return {
    cpuLimit: "systemd",
    memoryLimit: "systemd",
    create: (id, limits) => systemdScope(`straightline-${id}.scope`, [...command, ...properties(limits)]),
    reopen: (key) => systemdScope(key, command),
  };
}

function properties({ cpuMillicores, memoryBytes }: InstanceLimits): string[] {
  const memory = memoryBytes > 0 ? ["-p", `MemoryMax=${memoryBytes}`, "-p", "MemorySwapMax=0"] : [];
  const cpu = cpuMillicores > 0 ? ["-p", `CPUQuota=${Math.max(1, Math.round(cpuMillicores / 10))}%`] : [];
  return [...memory, ...cpu];
}

function systemdScope(unit: string, command: readonly string[]): LimitScope {
  return {
    key: unit,
    wrap: (argv) => [...command, `--unit=${unit}`, "--", ...argv],
    usage: treeUsage,
    // The scope is collected with its last process, and its counters with it.
    killedForMemory: () => false,
    remove: () => Promise.resolve(),
  };
}
