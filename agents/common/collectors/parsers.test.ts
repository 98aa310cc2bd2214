import assert from "node:assert/strict";
import { totalmem } from "node:os";
import { test } from "node:test";
import { busyMillicores } from "./cpu.js";
import { machineMemoryUsed } from "./memory.js";
import { networkRates, parseNetDev } from "./network.js";
import { createNodeCollector } from "./node-collector.js";

const NET_DEV = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo: 1000000    1000    0    0    0     0          0         0  1000000    1000    0    0    0     0       0          0
  eth0: 5000       50    0    0    0     0          0         0     3000      30    0    0    0     0       0          0
docker0: 70000      70    0    0    0     0          0         0    70000      70    0    0    0     0       0          0
veth12ab: 80000      70    0    0    0     0          0         0    80000      70    0    0    0     0       0          0
  wlan0:200        2    0    0    0     0          0         0      100       1    0    0    0     0       0          0
`;

test("network totals leave out loopback and the ends of containers", () => {
  assert.deepEqual(parseNetDev(NET_DEV), { receivedBytes: 5200, transmittedBytes: 3100 });
});

test("network rates are per second, and 0 after a counter was reset", () => {
  const before = { receivedBytes: 1000, transmittedBytes: 1000 };
  const after = { receivedBytes: 2000, transmittedBytes: 10 };
  assert.deepEqual(networkRates(before, after, 500), { receivedBytes: 2000, transmittedBytes: 0 });
  assert.deepEqual(networkRates(before, after, 0), { receivedBytes: 0, transmittedBytes: 0 });
});

test("CPU in use is a share of all cores, within their bounds", () => {
  assert.equal(busyMillicores({ busyMs: 0, totalMs: 0 }, { busyMs: 500, totalMs: 2000 }, 2), 500);
  assert.equal(busyMillicores({ busyMs: 0, totalMs: 0 }, { busyMs: 3000, totalMs: 2000 }, 2), 2000);
  assert.equal(busyMillicores({ busyMs: 10, totalMs: 10 }, { busyMs: 10, totalMs: 10 }, 2), 0);
});

test("memory in use leaves out what the kernel can take back", () => {
  assert.equal(machineMemoryUsed("MemTotal: 8 kB\nMemAvailable:       4 kB\n"), totalmem() - 4096);
});

test("a reading of this machine lies within its capacity", () => {
  const collector = createNodeCollector({ directory: "/", now: Date.now, onFault: assert.ifError });
  const { cpuMillicores, cpuUsedMillicores, memoryBytes, memoryUsedBytes } = collector.read();
  collector.close();
  assert.ok(cpuMillicores > 0 && cpuUsedMillicores >= 0, `${cpuUsedMillicores} of ${cpuMillicores}`);
  assert.ok(memoryUsedBytes > 0 && memoryUsedBytes <= memoryBytes, `${memoryUsedBytes} of ${memoryBytes}`);
});
