import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { cpuLimitMillicores, cpuTimeMs, memoryKills, memoryLimitBytes, memoryUsageBytes } from "./limits.js";
import { type OwnCgroup, parseProcCgroup } from "./own.js";

const root = mkdtempSync(join(tmpdir(), "straightline-cgroup-"));
after(() => rmSync(root, { recursive: true, force: true }));

function group(files: Readonly<Record<string, string>>): string {
  const directory = mkdtempSync(join(root, "group-"));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(directory, name), content);
  return directory;
}

function own(version: 1 | 2, ...directories: string[]): OwnCgroup {
  return { version, chain: () => directories };
}

test("the groups of a process are read in both versions", () => {
  const { unified, v1 } = parseProcCgroup("9:name=systemd:/x\n4:memory:/a/b\n3:cpu,cpuacct:/c\n0::/user.slice\n");
  assert.equal(unified, "/user.slice");
  assert.deepEqual([v1.get("memory"), v1.get("cpu"), v1.get("cpuacct")], ["/a/b", "/c", "/c"]);
});

test("the tightest limit on the way to the root counts, in version 2", () => {
  const inner = group({ "memory.max": "max\n", "cpu.max": "150000 100000\n" });
  const outer = group({ "memory.max": "1048576\n", "cpu.max": "max 100000\n" });
  assert.equal(memoryLimitBytes(own(2, inner, outer)), 1_048_576);
  assert.equal(cpuLimitMillicores(own(2, inner, outer)), 1500);
});

test("version 1 says unlimited by a huge number and a negative quota", () => {
  const free = group({
    "memory.limit_in_bytes": "9223372036854771712\n",
    "cpu.cfs_quota_us": "-1\n",
    "cpu.cfs_period_us": "100000\n",
  });
  assert.equal(memoryLimitBytes(own(1, free)), undefined);
  assert.equal(cpuLimitMillicores(own(1, free)), undefined);
  const bound = group({ "memory.limit_in_bytes": "4096\n", "cpu.cfs_quota_us": "50000\n", "cpu.cfs_period_us": "100000\n" });
  assert.equal(memoryLimitBytes(own(1, bound, free)), 4096);
  assert.equal(cpuLimitMillicores(own(1, bound, free)), 500);
});

test("memory in use leaves out the file cache that is not in use", () => {
  const two = group({ "memory.current": "1000\n", "memory.stat": "anon 700\ninactive_file 250\n" });
  assert.equal(memoryUsageBytes(2, two), 750);
  const one = group({ "memory.usage_in_bytes": "1000\n", "memory.stat": "inactive_file 1\ntotal_inactive_file 400\n" });
  assert.equal(memoryUsageBytes(1, one), 600);
  assert.equal(memoryUsageBytes(2, join(root, "absent")), undefined);
});

test("CPU time and kills for memory are read in both versions", () => {
  const two = group({ "cpu.stat": "usage_usec 2500\nuser_usec 2000\n", "memory.events": "oom 3\noom_kill 2\n" });
  assert.equal(cpuTimeMs(2, two), 2.5);
  assert.equal(memoryKills(2, two), 2);
  const one = group({ "cpuacct.usage": "3000000\n", "memory.oom_control": "oom_kill_disable 0\nunder_oom 0\noom_kill 1\n" });
  assert.equal(cpuTimeMs(1, one), 3);
  assert.equal(memoryKills(1, one), 1);
});
