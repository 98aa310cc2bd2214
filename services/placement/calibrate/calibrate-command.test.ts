import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { testLog } from "../../../test/support/agent-harness.js";
import { input, instance, node, seededRandom } from "../../../test/support/scheduler-builders.js";
import { POLICIES } from "../policies/index.js";
import { startRecorder } from "../record/index.js";
import { decide, type NodeKind } from "../scheduler/index.js";
import { calibrateCommand } from "./command.js";

const KINDS: readonly NodeKind[] = ["vm", "container", "serverless"];
const folder = mkdtempSync(join(tmpdir(), "calibrate-"));
after(() => rmSync(folder, { recursive: true }));

async function run(...args: string[]): Promise<string> {
  let out = "";
  const command = calibrateCommand((text) => (out += text));
  await command
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
    .parseAsync(args, { from: "user" });
  return out;
}

function fileOf(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** Small data is quickest on the VM while it is asked seldom, then on functions; large data in the container. */
function responseMs(kind: NodeKind, sizeBytes: number, frequency: number): number {
  if (kind === "vm") return (10 + sizeBytes / 1000) * (frequency > 20 ? 5 : 1);
  return kind === "container" ? 60 + sizeBytes / 10_000 : 40 + sizeBytes / 2000;
}

interface Point {
  readonly kind: NodeKind;
  readonly sizeBytes: number;
  readonly frequency: number;
}

function points(count: number): Point[] {
  const random = seededRandom(7);
  return Array.from({ length: count }, (_, at) => ({
    kind: KINDS[at % KINDS.length] ?? "vm",
    sizeBytes: Math.round(random() * 500_000),
    frequency: random() * 40,
  }));
}

/** The points as placement records them: decided by the policy of their kind, and reported. */
async function record(path: string, all: readonly Point[]): Promise<void> {
  const recorder = startRecorder({ path, maxBytes: 64 << 20, files: 2, log: testLog, now: () => 0 });
  const candidates = KINDS.map((kind) => {
    const on = node(`n-${kind}`, kind);
    return { node: on, instance: instance(on, `i-${kind}`) };
  });
  const snapshot = {
    candidates,
    nodes: new Map(candidates.map(({ node: on }) => [on.nodeId, on])),
    instances: candidates.map((one) => one.instance),
  };
  for (const [at, { kind, sizeBytes, frequency }] of all.entries()) {
    const policy = POLICIES.get(`${kind}-only`);
    const request = { ...input({ sizeBytes, frequency }), waitedMs: 3 };
    const placementId = `p-${at}`;
    recorder.decided({
      snapshot,
      input: request,
      policy,
      decision: decide(snapshot, request, policy),
      use: "answered",
      placementId,
    });
    const times = { responseMs: responseMs(kind, sizeBytes, frequency) - 3, serviceMs: 0, coldStartMs: 0, requestBytes: 0 };
    recorder.reported({ placementId, outcome: "ok", ...times });
    // What the client gave up on, or did not measure, says nothing.
    recorder.reported({ placementId: `unknown-${at}`, outcome: "ok", ...times });
    if (at % 200 === 199) await new Promise((resolve) => setImmediate(resolve));
  }
  await recorder.stop();
}

describe("straightline calibrate", () => {
  const all = points(900);
  const rows = all.map(({ kind, sizeBytes, frequency }) => [kind, sizeBytes, frequency, responseMs(kind, sizeBytes, frequency)]);
  const csv = fileOf("a.csv", `kind,size_bytes,frequency,response_ms\n${rows.map((row) => row.join(",")).join("\n")}\n`);
  const [kind, size, frequency, response] = ["kind", "size_bytes", "frequency", "response_ms"];
  const objects = rows.map((row) => ({ [kind]: row[0], [size]: row[1], [frequency]: row[2], [response]: row[3] }));
  const json = fileOf("a.jsonl", objects.map((one) => JSON.stringify(one)).join("\n"));

  it("fits the same F and D to CSV, to JSON lines and to a recording with its reports", async () => {
    const recording = join(folder, "recorded.jsonl");
    await record(recording, all);
    const [fromCsv, fromJson, fromRecording] = await Promise.all(
      [csv, json, recording].map(async (file) => JSON.parse(await run(file, "--json")) as Record<string, number>),
    );
    assert.equal(fromCsv?.["measurements"], 900);
    assert.ok(Math.abs((fromCsv["frequencyThreshold"] ?? 0) - 20) < 6, String(fromCsv["frequencyThreshold"]));
    assert.deepEqual(fromJson, fromCsv);
    for (const name of ["measurements", "frequencyThreshold", "sizeThresholdBytes"]) {
      assert.equal(fromRecording?.[name], fromCsv[name], name);
    }
    assert.deepEqual(fromRecording?.["present"], { frequencyThreshold: 10, sizeThresholdBytes: 131_072 });
    assert.ok((fromRecording["presentMs"] ?? 0) >= (fromRecording["expectedMs"] ?? 0));
  });
  it("prints F and D as placement takes them, each form's line and both expected means", async () => {
    const text = await run(csv, "--f", "1000000", "--d", "1");
    assert.match(
      text,
      /^F .*\(--f [\d.]+\)\nD .*\(--d \d+\)\nexpected +[\d.]+ ms.*\npresent +[\d.]+ ms by the present F 1000000.00\/s, D 1 B/,
    );
    assert.match(text, /serverless +300 +40\.0 ms \+ 524\.3 ms per MiB/);
  });
  for (const [what, text, fault] of [
    ["a column that is missing", "kind,size_bytes\n", /x\.csv:1: has no column frequency, response_ms; give a recording, CSV/],
    [
      "an unknown kind",
      "kind,size_bytes,frequency,response_ms\nvm,1,1,1\npod,1,1,1\n",
      /x\.csv:3: kind: must be vm, .*got "pod"/,
    ],
    [
      "a number that is none",
      "kind,size_bytes,frequency,response_ms\nvm,1,,1\n",
      /x\.csv:2: frequency: must be a number of 0 or more/,
    ],
    ["half a line of JSON", '{"kind":"vm","size_bytes":1,"frequency":1,"response_ms":1}\n{"kin', /x\.csv:2: is no JSON object/],
    [
      "too few measurements",
      "kind,size_bytes,frequency,response_ms\nvm,1,1,1\n",
      /too few measured requests: vm 1, container 0, serverless 0/,
    ],
  ] as const) {
    it(`refuses ${what}`, async () => {
      await assert.rejects(run(fileOf("x.csv", text)), { code: "RECORDING_INVALID", message: fault });
    });
  }
});
