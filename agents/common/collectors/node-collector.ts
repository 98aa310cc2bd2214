import { cpus, totalmem } from "node:os";
import {
  cpuLimitMillicores,
  cpuTimeMs,
  memoryLimitBytes,
  memoryUsageBytes,
  type OwnCgroup,
  ownCgroup,
  readKernelFile,
} from "../cgroup/index.js";
import { busyMillicores, machineCpuTimes } from "./cpu.js";
import { machineMemoryUsed } from "./memory.js";
import { type NetworkTotals, networkRates, parseNetDev } from "./network.js";
import { NO_SLOW_FACTS, readInventory, readSlowFacts, type SlowFacts } from "./slow-lane.js";

/** What a node has and uses. */
export interface NodeReading {
  readonly cpuMillicores: number;
  readonly memoryBytes: number;
  readonly diskBytes: number;
  readonly networkBytesPerSecond: number;
  readonly gpuCount: number;
  readonly cpuUsedMillicores: number;
  readonly memoryUsedBytes: number;
  readonly diskUsedBytes: number;
  readonly networkReceiveBytesPerSecond: number;
  readonly networkTransmitBytesPerSecond: number;
}

/** Reads the machine, or the control group that this process is limited to. */
export interface NodeCollector {
  /** Rates are over the time since the last call. Cheap enough for each tick. */
  read(): NodeReading;
  close(): void;
}

/** What a collector needs. */
export interface CollectorOptions {
  /** On the disk that counts. */
  readonly directory: string;
  readonly now: () => number;
  /** Told when the slow lane fails; its last facts stay. */
  readonly onFault: (error: unknown) => void;
}

/** Disk and inventory take a process or more to find out, and change slowly. */
const SLOW_LANE_MS = 20_000;

/** A collector whose slow lane begins at once. */
export function createNodeCollector({ directory, now, onFault }: CollectorOptions): NodeCollector {
  const cgroup = ownCgroup();
  const cpuOf = cpuReader(cgroup, now);
  const networkOf = networkReader(now);
  const slow = startSlowLane(directory, onFault);
  return {
    read() {
      const facts = slow.facts();
      const network = networkOf(facts);
      return {
        ...cpuOf(),
        ...readMemory(cgroup),
        diskBytes: facts.diskBytes,
        diskUsedBytes: facts.diskUsedBytes,
        networkBytesPerSecond: facts.networkBytesPerSecond,
        gpuCount: facts.gpuCount,
        networkReceiveBytesPerSecond: network.receivedBytes,
        networkTransmitBytesPerSecond: network.transmittedBytes,
      };
    },
    close: slow.close,
  };
}

function startSlowLane(directory: string, onFault: (error: unknown) => void): { facts(): SlowFacts; close(): void } {
  let facts = NO_SLOW_FACTS;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  const withNetwork = readKernelFile("/proc/net/dev") === undefined;
  const inventory = readInventory().catch((error: unknown) => {
    onFault(error);
    return NO_SLOW_FACTS;
  });
  const run = async (): Promise<void> => {
    try {
      facts = await readSlowFacts(directory, await inventory, withNetwork);
    } catch (error) {
      onFault(error);
    }
    if (!closed) timer = setTimeout(() => void run(), SLOW_LANE_MS).unref();
  };
  void run();
  return {
    facts: () => facts,
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}

type CpuReading = Pick<NodeReading, "cpuMillicores" | "cpuUsedMillicores">;

/** Inside a group with a CPU limit, the group is the node. */
function cpuReader(cgroup: OwnCgroup | undefined, now: () => number): () => CpuReading {
  const cores = Math.max(1, cpus().length);
  let machine = machineCpuTimes();
  let group = { cpuMs: groupCpuMs(cgroup), atMs: now() };
  return () => {
    const limit = cgroup === undefined ? undefined : cpuLimitMillicores(cgroup);
    const before = { machine, group };
    machine = machineCpuTimes();
    group = { cpuMs: groupCpuMs(cgroup), atMs: now() };
    if (limit === undefined || limit >= cores * 1000 || group.cpuMs === undefined || before.group.cpuMs === undefined) {
      return { cpuMillicores: cores * 1000, cpuUsedMillicores: busyMillicores(before.machine, machine, cores) };
    }
    const elapsedMs = Math.max(1, group.atMs - before.group.atMs);
    const used = Math.round(((group.cpuMs - before.group.cpuMs) / elapsedMs) * 1000);
    return { cpuMillicores: Math.round(limit), cpuUsedMillicores: Math.max(0, used) };
  };
}

function groupCpuMs(cgroup: OwnCgroup | undefined): number | undefined {
  const directory = cgroup?.chain(cgroup.version === 2 ? "cpu" : "cpuacct")[0];
  return cgroup === undefined || directory === undefined ? undefined : cpuTimeMs(cgroup.version, directory);
}

function readMemory(cgroup: OwnCgroup | undefined): Pick<NodeReading, "memoryBytes" | "memoryUsedBytes"> {
  const limit = cgroup === undefined ? undefined : memoryLimitBytes(cgroup);
  const directory = cgroup?.chain("memory")[0];
  if (cgroup !== undefined && directory !== undefined && limit !== undefined && limit < totalmem()) {
    const used = memoryUsageBytes(cgroup.version, directory);
    if (used !== undefined) return { memoryBytes: limit, memoryUsedBytes: used };
  }
  return { memoryBytes: totalmem(), memoryUsedBytes: machineMemoryUsed(readKernelFile("/proc/meminfo")) };
}

function networkReader(now: () => number): (facts: SlowFacts) => NetworkTotals {
  let last: { readonly atMs: number; readonly totals: NetworkTotals } | undefined;
  return (facts) => {
    const text = readKernelFile("/proc/net/dev");
    const current = { atMs: now(), totals: text === undefined ? facts.networkTotals : parseNetDev(text) };
    const before = last ?? current;
    last = current;
    return networkRates(before.totals, current.totals, current.atMs - before.atMs);
  };
}
