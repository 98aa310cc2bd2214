import { existsSync, mkdirSync, rmdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import {
  type Controller,
  cpuTimeMs,
  memoryKills,
  memoryUsageBytes,
  type OwnCgroup,
  ownCgroup,
  readKernelFile,
} from "../../cgroup/index.js";
import type { InstanceLimits } from "../../driver.js";
import type { LimitBackend, LimitScope } from "./types.js";

/** A group of its own for each process. The child joins it before it becomes the program, so nothing escapes the limits. */
const JOIN_AND_EXEC = 'while [ "$1" != -- ]; do echo $$ > "$1/cgroup.procs" || exit 125; shift; done; shift; exec "$@"';
/** CPU quotas are counted over 100 ms, the kernel's default. */
const CPU_PERIOD_US = 100_000;
/** The kernel takes no quota below 1 ms a period. */
const MIN_CPU_QUOTA_US = 1000;
/** A group can be removed a moment after its last process has ended. */
const REMOVE_TRIES = 40;
const REMOVE_WAIT_MS = 25;

const V1_CONTROLLERS: readonly Controller[] = ["memory", "cpu", "cpuacct"];

/** Limits by control groups under `name`; undefined where this process may not make any. */
export function createCgroupBackend(name: string): LimitBackend | undefined {
  const own = ownCgroup();
  if (own === undefined) return undefined;
  const parents = own.version === 2 ? v2Parents(own, name) : v1Parents(own, name);
  if (parents === undefined) return undefined;
  // It was made to see whether it can be; it comes back with its first child.
  for (const parent of parents) attempt(() => rmdirSync(parent));
  const mechanism = own.version === 2 ? "cgroup-v2" : "cgroup-v1";
  return {
    cpuLimit: mechanism,
    memoryLimit: mechanism,
    create(id, limits) {
      const directories = parents.map((parent) => join(parent, id));
      // The parents went with their last child.
      for (const parent of parents) makeParent(own.version, parent);
      for (const directory of directories) mkdirSync(directory, { recursive: true });
      applyLimits(own.version, directories, limits);
      return cgroupScope(own.version, directories);
    },
    reopen: (key) => cgroupScope(own.version, key.split(":")),
  };
}

/**
 * In version 2 a group either holds processes or hands controllers to children (except the root), so the own group often cannot be the
 * parent, but the one above it can.
 */
function v2Parents(own: OwnCgroup, name: string): string[] | undefined {
  for (const directory of own.chain("memory")) {
    const parent = join(directory, name);
    if (
      attempt(() => writeFileSync(join(directory, "cgroup.subtree_control"), "+cpu +memory")) &&
      attempt(() => makeParent(2, parent))
    ) {
      return [parent];
    }
  }
  return undefined;
}

function v1Parents(own: OwnCgroup, name: string): string[] | undefined {
  const parents = new Set<string>();
  for (const controller of V1_CONTROLLERS) {
    const directory = own.chain(controller)[0];
    if (directory === undefined) return undefined;
    const parent = join(directory, name);
    if (!attempt(() => makeParent(1, parent))) return undefined;
    parents.add(parent);
  }
  return [...parents];
}

function makeParent(version: 1 | 2, parent: string): void {
  mkdirSync(parent, { recursive: true });
  if (version === 2) writeFileSync(join(parent, "cgroup.subtree_control"), "+cpu +memory");
}

function applyLimits(version: 1 | 2, directories: readonly string[], limits: InstanceLimits): void {
  for (const [file, value] of version === 2 ? settingsV2(limits) : settingsV1(limits)) {
    for (const directory of directories) {
      const path = join(directory, file);
      if (existsSync(path)) writeFileSync(path, value);
    }
  }
}

function settingsV2({ cpuMillicores, memoryBytes }: InstanceLimits): [string, string][] {
  const memory: [string, string][] = [
    ["memory.max", String(memoryBytes)],
    ["memory.swap.max", "0"],
  ];
  const cpu: [string, string][] = [["cpu.max", `${quotaUs(cpuMillicores)} ${CPU_PERIOD_US}`]];
  return [...(memoryBytes > 0 ? memory : []), ...(cpuMillicores > 0 ? cpu : [])];
}

function settingsV1({ cpuMillicores, memoryBytes }: InstanceLimits): [string, string][] {
  const memory: [string, string][] = [
    ["memory.limit_in_bytes", String(memoryBytes)],
    // Memory and swap together; there only with swap accounting.
    ["memory.memsw.limit_in_bytes", String(memoryBytes)],
  ];
  const cpu: [string, string][] = [
    ["cpu.cfs_period_us", String(CPU_PERIOD_US)],
    ["cpu.cfs_quota_us", String(quotaUs(cpuMillicores))],
  ];
  return [...(memoryBytes > 0 ? memory : []), ...(cpuMillicores > 0 ? cpu : [])];
}

function quotaUs(cpuMillicores: number): number {
  return Math.max(MIN_CPU_QUOTA_US, Math.round((cpuMillicores / 1000) * CPU_PERIOD_US));
}

function cgroupScope(version: 1 | 2, directories: readonly string[]): LimitScope {
  const holding = (file: string): string => directories.find((directory) => existsSync(join(directory, file))) ?? "/nonexistent";
  return {
    key: directories.join(":"),
    wrap: (argv) => ["/bin/sh", "-c", JOIN_AND_EXEC, "straightline", ...directories, "--", ...argv],
    usage() {
      const memoryBytes = memoryUsageBytes(version, holding(version === 2 ? "memory.current" : "memory.usage_in_bytes"));
      const cpuMs = cpuTimeMs(version, holding(version === 2 ? "cpu.stat" : "cpuacct.usage"));
      return memoryBytes === undefined || cpuMs === undefined ? undefined : { cpuMs, memoryBytes };
    },
    killedForMemory: () => memoryKills(version, holding(version === 2 ? "memory.events" : "memory.oom_control")) > 0,
    async remove() {
      for (const directory of directories) await removeGroup(directory);
      // The parent goes with its last child; while others are in it, the kernel refuses, which is right.
      for (const directory of directories) attempt(() => rmdirSync(dirname(directory)));
    },
  };
}

async function removeGroup(directory: string): Promise<void> {
  for (let tries = 0; tries < REMOVE_TRIES && existsSync(directory); tries++) {
    for (const pid of (readKernelFile(join(directory, "cgroup.procs")) ?? "").split("\n")) {
      if (pid !== "") attempt(() => process.kill(Number(pid), "SIGKILL"));
    }
    if (attempt(() => rmdirSync(directory))) return;
    await delay(REMOVE_WAIT_MS);
  }
}

/** Whether a system call succeeded; where the answer decides between two ways, the reason does not matter. */
function attempt(call: () => unknown): boolean {
  try {
    call();
    return true;
  } catch {
    return false;
  }
}
