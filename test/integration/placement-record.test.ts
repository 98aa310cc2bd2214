import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { ReplayReport } from "../../services/placement/replay/replay.js";
import { skipWithoutNats, startNatsServer } from "../support/nats-server.js";
import { call, startTestMesh, type TestMesh } from "../support/placement-harness.js";
import { telemetryInstance } from "../support/telemetry-builders.js";

const options = { skip: skipWithoutNats() };
const CLI = fileURLToPath(new URL("../../services/cli/main.js", import.meta.url));
let folder = "";

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "placement-record-"));
});
after(() => rm(folder, { recursive: true }));

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function straightline(...args: string[]): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(process.execPath, [CLI, ...args], { timeout: 60_000 }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}

async function jsonOf(...args: string[]): Promise<ReplayReport> {
  const { stdout, stderr, code } = await straightline(...args, "--json");
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout) as ReplayReport;
}

/** Requests of many sizes that overlap, wait, fail and are refused, while telemetry comes. */
async function liveTraffic({ placement, nodes }: TestMesh): Promise<void> {
  const { placements } = placement;
  for (let round = 0; round < 60; round++) {
    if (round % 10 === 0) {
      for (const node of nodes) {
        node.tell([telemetryInstance(`${node.nodeId}-a`, { concurrency: 2 })], { tickMs: 1000 });
      }
    }
    const sizes = [100, 40_000 + round, 200_000, 1000 * round];
    const placed = await Promise.all(
      sizes.map((sizeBytes) => placement.place({ data: { sizeBytes, locality: { a: 0.5 } }, wait: true }).catch(() => undefined)),
    );
    for (const [at, one] of placed.entries()) {
      if (one === undefined) continue;
      const outcome = (round + at) % 17 === 0 ? "OUTCOME_INSTANCE_ERROR" : "OUTCOME_OK";
      const times = { serviceMs: 10 + at * 5 + (round % 7) / 3, responseMs: 14 + at * 5 + (round % 7) / 3 };
      await call(placements.Report.bind(placements), { placementId: one.placementId, outcome, ...times });
    }
  }
  await placement.place({ data: { sizeBytes: 5 }, constraints: { zones: ["nowhere"] } }).catch(() => undefined);
  await placement.place({ data: { sizeBytes: 5 }, policy: "random", dryRun: true });
}

test(
  "what placement records on live traffic is decided again bit for bit, and by another policy differently",
  options,
  async () => {
    await using nats = await startNatsServer();
    const file = join(folder, "live.jsonl");
    {
      await using mesh = await startTestMesh(nats.config, ["--policy", "adaptive", "--record", file]);
      await liveTraffic(mesh);
    }
    const same = await jsonOf("replay", file);
    assert.ok(same.decisions > 240, String(same.decisions));
    assert.deepEqual([same.different, same.missing, same.fault], [0, 0, ""]);
    assert.equal(same.recordedPolicies["random"], 1);
    assert.ok(same.moves.some(({ to }) => to === "refused"));
    assert.ok(same.recordedMeanMs > 0);
    assert.equal(same.replayedMeanMs, same.recordedMeanMs);

    const other = await jsonOf("replay", file, "--policy", "vm-only");
    assert.ok(other.different > 0);
    assert.ok(other.moves.every(({ to }) => to === "vm" || to === "refused"));
    const unmoved = await straightline("replay", file, "--f", "20");
    assert.match(
      unmoved.stdout,
      /F and D have no part in adaptive, random; to see what they would have done add --policy straightline/,
    );
    const text = await straightline("replay", file, "--policy", "vm-only", "--show", "2");
    assert.equal(text.code, 0);
    assert.match(text.stdout, /decisions made again by the policy vm-only: \d+ alike, \d+ different/);
    assert.match(text.stdout, /\.\.\. and \d+ more/);
  },
);

test("replay ends with 1 at a damaged file, naming the line, and with 2 at wrong arguments", options, async () => {
  const file = join(folder, "old.jsonl");
  await writeFile(file, '{"type":"recording","format":0,"startedAtMs":0}\n');
  const old = await straightline("replay", file);
  assert.equal(old.code, 1);
  assert.match(old.stdout, /^error: [^\n]*old\.jsonl:1: is of format 0; this version reads format 2 alone/);
  const absent = await straightline("replay", join(folder, "none.jsonl"));
  assert.match(absent.stdout, /^error: [^\n]*none\.jsonl: cannot be read[^\n]*\n$/);
  assert.equal(absent.code, 1);
  const wrong = await straightline("replay", file, "--policy", "best");
  assert.equal(wrong.code, 2);
  assert.match(wrong.stderr, /known: adaptive, /);
});

test("placement says which file it cannot record to", options, async () => {
  await using nats = await startNatsServer();
  await assert.rejects(startTestMesh(nats.config, ["--record", join(folder, "none", "x.jsonl")]), { code: "CONFIG_INVALID" });
});
