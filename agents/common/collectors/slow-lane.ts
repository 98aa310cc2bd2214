import { readdir } from "node:fs/promises";
import { sep } from "node:path";
import { fsSize, networkInterfaces, networkStats } from "systeminformation";
import type { NetworkTotals } from "./network.js";

/** What changes slowly or costs a process to find out. */
export interface SlowFacts {
  readonly diskBytes: number;
  readonly diskUsedBytes: number;
  /** Speed of the fastest interface that leads out; 0: not known. */
  readonly networkBytesPerSecond: number;
  readonly gpuCount: number;
  /** Where /proc/net/dev is not there. */
  readonly networkTotals: NetworkTotals;
}

/** What is known before the first reading. */
export const NO_SLOW_FACTS: SlowFacts = {
  diskBytes: 0,
  diskUsedBytes: 0,
  networkBytesPerSecond: 0,
  gpuCount: 0,
  networkTotals: { receivedBytes: 0, transmittedBytes: 0 },
};

/** The facts that need reading once only. */
export type Inventory = Pick<SlowFacts, "networkBytesPerSecond" | "gpuCount">;

/** Reads the inventory; what cannot be found out is 0. */
export async function readInventory(): Promise<Inventory> {
  const [interfaces, devices] = await Promise.all([networkInterfaces(), readdir("/dev").catch(() => [])]);
  const speeds = [interfaces].flat().map(({ speed, internal }) => (internal || speed === null ? 0 : Math.max(0, speed)));
  return {
    // Megabits to bytes.
    networkBytesPerSecond: Math.max(0, ...speeds) * 125_000,
    gpuCount: devices.filter((name) => /^nvidia\d+$/.test(name)).length,
  };
}

/** Size and use of the file system that holds `directory`, and network totals. */
export async function readSlowFacts(directory: string, inventory: Inventory, withNetwork: boolean): Promise<SlowFacts> {
  const [disks, network] = await Promise.all([fsSize(), withNetwork ? networkStats("*") : []]);
  const disk = disks
    .filter(({ mount }) => directory === mount || directory.startsWith(mount.endsWith(sep) ? mount : mount + sep))
    .sort((a, b) => b.mount.length - a.mount.length)[0];
  return {
    ...inventory,
    diskBytes: disk?.size ?? 0,
    diskUsedBytes: disk?.used ?? 0,
    networkTotals: {
      receivedBytes: network.reduce((sum, { rx_bytes }) => sum + rx_bytes, 0),
      transmittedBytes: network.reduce((sum, { tx_bytes }) => sum + tx_bytes, 0),
    },
  };
}
