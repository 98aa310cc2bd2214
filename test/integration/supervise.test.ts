import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { testDirectory } from "../support/agent-harness.js";
import { eventually } from "../support/eventually.js";

const SUPERVISE = fileURLToPath(new URL("../../../deploy/agent/supervise.sh", import.meta.url));
const END_TIMEOUT_MS = 10_000;

/** A supervised program that notes each start, in a folder whose `date` can be another. */
async function startSupervised(folder: string, date?: string): Promise<ChildProcess> {
  const program = async (name: string, text: string): Promise<void> => {
    await writeFile(join(folder, name), `#!/bin/sh\n${text}\n`);
    await chmod(join(folder, name), 0o755);
  };
  await program("agent", `echo started >>${join(folder, "starts")}\nexec sleep 300`);
  if (date !== undefined) await program("date", date);
  const env = { ...process.env, PATH: `${folder}:${process.env["PATH"] ?? ""}` };
  return spawn("/bin/sh", [SUPERVISE, join(folder, "agent")], { env, stdio: "ignore" });
}

async function starts(folder: string): Promise<number> {
  const text = await readFile(join(folder, "starts"), "utf8").catch(() => "");
  return text.split("\n").length - 1;
}

async function end(supervisor: ChildProcess): Promise<void> {
  if (supervisor.exitCode === null) await once(supervisor, "exit", { signal: AbortSignal.timeout(END_TIMEOUT_MS) });
  assert.equal(supervisor.exitCode, 0);
}

test("a supervisor starts its agent anew on SIGHUP and ends both on SIGTERM", async () => {
  await using directory = await testDirectory();
  const supervisor = await startSupervised(directory.path);
  for (const count of [1, 2]) {
    await eventually(async () => (await starts(directory.path)) === count, { what: `start ${count}` });
    if (count === 1) supervisor.kill("SIGHUP");
  }
  supervisor.kill("SIGTERM");
  await end(supervisor);
});

test("a supervisor that is told to end before its agent is there starts none", async () => {
  await using directory = await testDirectory();
  // The supervisor looks at the clock right before it starts the agent.
  const supervisor = await startSupervised(directory.path, 'kill -TERM "$PPID"; exec /bin/date "$@"');
  await end(supervisor);
  assert.equal(await starts(directory.path), 0);
});
