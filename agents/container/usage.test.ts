import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ContainerStats } from "dockerode";
import { readingOf, usageBetween } from "./usage.js";

function stats(read: string, cpuNanoseconds: number, memory: object): ContainerStats {
  return { read, cpu_stats: { cpu_usage: { total_usage: cpuNanoseconds } }, memory_stats: memory } as unknown as ContainerStats;
}

describe("readingOf", () => {
  it("leaves out reclaimable cache, as cgroup v1 and v2 name it", () => {
    const v1 = readingOf(stats("2026-01-01T00:00:00Z", 5, { usage: 100, stats: { total_inactive_file: 30, inactive_file: 1 } }));
    const v2 = readingOf(stats("2026-01-01T00:00:00Z", 5, { usage: 100, stats: { inactive_file: 40 } }));
    assert.equal(v1?.memoryBytes, 70);
    assert.equal(v2?.memoryBytes, 60);
  });
  it("is undefined for a container that has ended", () => {
    assert.equal(readingOf(stats("0001-01-01T00:00:00Z", 0, {})), undefined);
  });
});

describe("usageBetween", () => {
  const before = { takenAtMs: 1000, cpuNanoseconds: 0, memoryBytes: 1 };
  const rows: [string, number, number, number][] = [
    ["half a core over a second", 2000, 500_000_000, 500],
    ["two cores over half a second", 1500, 1_000_000_000, 2000],
    ["no time between the readings", 1000, 500_000_000, 0],
    ["a counter that went back, after a restart", 2000, -5, 0],
  ];
  for (const [title, takenAtMs, cpuNanoseconds, cpuMillicores] of rows) {
    it(`gives ${cpuMillicores} millicores for ${title}`, () => {
      assert.deepEqual(usageBetween(before, { takenAtMs, cpuNanoseconds, memoryBytes: 7 }), { cpuMillicores, memoryBytes: 7 });
    });
  }
  it("knows no CPU without an earlier reading", () => {
    assert.deepEqual(usageBetween(undefined, before), { cpuMillicores: 0, memoryBytes: 1 });
  });
});
