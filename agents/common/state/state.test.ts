import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { lockDirectory } from "./lock-file.js";
import { openStateFile } from "./state-file.js";

const root = mkdtempSync(join(tmpdir(), "straightline-state-"));
after(() => rmSync(root, { recursive: true, force: true }));

test("a directory is claimed once, and again when it was released", () => {
  const directory = join(root, "claimed");
  const lock = lockDirectory(directory);
  assert.throws(() => lockDirectory(directory), { code: "START_FAILED", message: /choose --state-directory/ });
  lock.release();
  lockDirectory(directory).release();
  assert.deepEqual(readdirSync(directory), []);
});

for (const [title, content] of [
  ["a process that has ended", JSON.stringify({ pid: 2 ** 30, identity: "1" })],
  ["a process whose pid is now another's", JSON.stringify({ pid: process.pid, identity: "not this one" })],
  ["nobody who can be made out", "{"],
] as const) {
  test(`a lock of ${title} does not count`, () => {
    const directory = mkdtempSync(join(root, "stale-"));
    writeFileSync(join(directory, "agent.lock"), content);
    lockDirectory(directory).release();
  });
}

test("state comes back as it was saved, and is empty at first", () => {
  const directory = mkdtempSync(join(root, "file-"));
  const file = openStateFile(directory, "node-1", assert.ifError);
  assert.deepEqual(file.load(), { desired: [], instances: {} });
  const state = {
    desired: [],
    instances: { a: { application: "app", minReadyMs: 5, warmWorkers: 2, gpuDevices: [1] } as never },
  };
  file.save(state);
  assert.deepEqual(file.load(), state);
});

test("what an earlier version has saved is read with what it did not know", () => {
  const directory = mkdtempSync(join(root, "old-"));
  const file = openStateFile(directory, "node-1", assert.ifError);
  file.save({ desired: [{ application: "app" } as never], instances: { a: { application: "app" } as never } });
  const workload = { application: "app", minReadyMs: 0, warmWorkers: 0, gpuDevices: [] };
  assert.deepEqual(file.load(), { desired: [workload], instances: { a: workload } });
});

test("a full disk is told with its directory, and the last state stands", () => {
  const directory = mkdtempSync(join(root, "full-"));
  const file = openStateFile(directory, "node-1", assert.ifError);
  const state = { desired: [], instances: { a: { application: "app", minReadyMs: 0, warmWorkers: 0, gpuDevices: [] } as never } };
  file.save(state);
  symlinkSync("/dev/full", join(directory, "agent.json.partial"));
  assert.throws(() => file.save({ desired: [], instances: {} }), {
    code: "START_FAILED",
    message: `no space left in ${directory}: free space on its disk, or give the agent another --state-directory`,
  });
  assert.deepEqual(file.load(), state);
  assert.deepEqual(readdirSync(directory), ["agent.json"]);
});

test("a damaged state file is told of and counts as empty", () => {
  const directory = mkdtempSync(join(root, "damaged-"));
  writeFileSync(join(directory, "agent.json"), "{ half");
  const told: unknown[] = [];
  assert.deepEqual(openStateFile(directory, "node-1", (error) => told.push(error)).load(), { desired: [], instances: {} });
  assert.equal(told.length, 1);
});

test("another node's state file is refused", () => {
  const directory = mkdtempSync(join(root, "other-"));
  openStateFile(directory, "node-1", assert.ifError).save({ desired: [], instances: {} });
  assert.throws(() => openStateFile(directory, "node-2", assert.ifError).load(), {
    code: "START_FAILED",
    message: /belongs to node node-1, not to node-2/,
  });
});
