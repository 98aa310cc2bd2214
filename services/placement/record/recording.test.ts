import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { testLog } from "../../../test/support/agent-harness.js";
import { randomSituation } from "../../../test/support/random-situation.js";
import { seededRandom } from "../../../test/support/scheduler-builders.js";
import type { MadeDecision } from "../beside/index.js";
import { POLICIES } from "../policies/index.js";
import { replay } from "../replay/replay.js";
import { type Candidate, decide } from "../scheduler/index.js";
import { startRecorder } from "./recorder.js";

const folder = mkdtempSync(join(tmpdir(), "recording-"));
after(() => rmSync(folder, { recursive: true }));
const all = { policies: POLICIES, policy: undefined, parameters: {}, shown: 5 };

/** A decision of a random policy in a random situation; the candidates of a situation keep their identity as a fleet's do. */
function randomDecision(random: () => number, sequence: number): MadeDecision {
  const { fleet, request } = randomSituation(random);
  const candidates: Candidate[] = fleet.instances.flatMap((instance) => {
    const node = fleet.nodes.get(instance.nodeId);
    return node === undefined ? [] : [{ instance, node }];
  });
  const policy = POLICIES.get(POLICIES.names[sequence % POLICIES.names.length] ?? "");
  const input = { ...request, seed: Math.floor(random() * 2 ** 32), sequence, deadlineMs: random() * 10_000 };
  const snapshot = { ...fleet, candidates };
  return { snapshot, input, policy, decision: decide(snapshot, input, policy), use: "answered", placementId: `p-${sequence}` };
}

async function record(path: string, count: number, limits: { maxBytes?: number; files?: number } = {}): Promise<void> {
  const recorder = startRecorder({ path, maxBytes: 64 << 20, files: 4, ...limits, log: testLog, now: () => 1_700_000_000_000 });
  const random = seededRandom(count);
  for (let at = 0; at < count; at++) {
    const made = randomDecision(random, at);
    recorder.decided(made);
    // The same fleet with one more request on an instance: written as a change.
    const [first, ...rest] = made.snapshot.candidates ?? [];
    if (first === undefined) continue;
    const { queued } = first.instance;
    const snapshot = {
      ...made.snapshot,
      candidates: [{ ...first, instance: { ...first.instance, queued: queued + 1, liveWorkers: 3 } }, ...rest],
    };
    recorder.decided({ ...made, snapshot, decision: decide(snapshot, made.input, made.policy) });
    if (at % 100 === 99) await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await recorder.stop();
}

function edit(name: string, change: (lines: string[]) => void): string {
  const lines = readFileSync(join(folder, "whole.jsonl"), "utf8").split("\n");
  change(lines);
  const path = join(folder, name);
  writeFileSync(path, lines.join("\n"));
  return path;
}

describe("a recording", async () => {
  const whole = join(folder, "whole.jsonl");
  await record(whole, 500);

  it("gives every decision again to the last bit, whatever the policy", async () => {
    const report = await replay([whole], all);
    assert.equal(report.fault, "");
    assert.ok(report.decisions > 900, String(report.decisions));
    assert.deepEqual(report.differences, []);
    assert.equal(report.alike, report.decisions);
    assert.equal(report.missing, 0);
    assert.deepEqual(Object.keys(report.recordedPolicies).sort(), POLICIES.names);
  });
  it("holds changes rather than whole fleets where it can", () => {
    const types = readFileSync(whole, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => (JSON.parse(line) as { type: string }).type);
    assert.ok(types.filter((type) => type === "change").length > 300);
  });
  it("shows what another policy would do", async () => {
    const report = await replay([whole], { ...all, policy: "serverless-only" });
    assert.ok(report.different > 0);
    assert.equal(report.alike + report.different, report.decisions);
    assert.ok(report.moves.every(({ to }) => to === "serverless" || to === "refused"));
    assert.equal(
      report.moves.reduce((sum, { decisions }) => sum + decisions, 0),
      report.decisions,
    );
    assert.equal(report.differences.length, 5);
  });
  it("shows what other thresholds would do", async () => {
    const report = await replay([whole], { ...all, policy: "straightline", parameters: { F: 1e9, D: 1 } });
    const same = await replay([whole], { ...all, policy: "straightline" });
    assert.notDeepEqual(report.moves, same.moves);
  });
  it("says so when a decision comes out differently", async () => {
    const path = edit("changed.jsonl", (lines) => {
      const at = lines.findIndex((line) => line.includes('"type":"placed"'));
      lines[at] = (lines[at] as string).replace(/"serviceMs":[^,]*/, '"serviceMs":12345');
    });
    const report = await replay([path], all);
    assert.equal(report.different, 1);
    assert.match(JSON.stringify(report.differences), /12345/);
  });
  it("names the line at which it ends in the middle, and keeps what was read before", async () => {
    const path = edit("cut.jsonl", (lines) => {
      lines.splice(400);
      lines[399] = (lines[399] as string).slice(0, 30);
    });
    const report = await replay([path], all);
    assert.match(report.fault, /cut\.jsonl:400: is no JSON object; the file is damaged, or ends in the middle of a line/);
    assert.ok(report.decisions > 100);
    assert.equal(report.different, 0);
  });
  for (const [what, change, fault] of [
    [
      "another format",
      (lines) => (lines[0] = '{"type":"recording","format":99,"startedAtMs":0}'),
      /:1: is of format 99; this version reads/,
    ],
    ["no header", (lines) => lines.shift(), /:1: is not the beginning of a recording/],
    ["a line of an unknown type", (lines) => (lines[1] = '{"type":"poem"}'), /:2: is of an unknown type "poem"/],
    ["a decision before its fleet", (lines) => lines.splice(2, 1), /:3: decides on app, of which no line before it tells/],
    [
      "a field that is gone",
      (lines) => (lines[3] = (lines[3] as string).replace('"nowMs"', '"then"')),
      /:4: has no usable field "input"/,
    ],
    ["nothing in it", (lines) => lines.splice(0), /:1: is missing: the file is empty/],
  ] as [string, (lines: string[]) => unknown, RegExp][]) {
    it(`is refused with ${what}`, async () => {
      const report = await replay([edit("odd.jsonl", change)], all);
      assert.match(report.fault, fault);
    });
  }
  it("is refused when it is not there", async () => {
    assert.match((await replay([join(folder, "none.jsonl")], all)).fault, /cannot be read \(ENOENT\)/);
  });
  it("keeps so many files of such a size, each whole in itself, and only for their owner", async () => {
    const path = join(folder, "small.jsonl");
    const maxBytes = 100_000;
    await record(path, 400, { maxBytes, files: 3 });
    const names = readdirSync(folder).filter((name) => name.startsWith("small"));
    assert.deepEqual(names.sort(), ["small.jsonl", "small.jsonl.1", "small.jsonl.2"]);
    for (const name of names) {
      const { size, mode } = statSync(join(folder, name));
      assert.ok(size < maxBytes + 20_000, `${name}: ${size}`);
      assert.equal(mode & 0o777, 0o600);
    }
    const report = await replay(
      names.map((name) => join(folder, name)),
      all,
    );
    assert.equal(report.fault, "");
    assert.equal(report.different, 0);
    assert.ok(report.decisions > 50, String(report.decisions));
  });
  it("puts an earlier one aside rather than write over it", async () => {
    const path = join(folder, "again.jsonl");
    await record(path, 3);
    const first = readFileSync(path, "utf8");
    await record(path, 4);
    assert.equal(readFileSync(`${path}.1`, "utf8"), first);
  });
  it("is not begun where it cannot be written", () => {
    const path = join(folder, "no", "such", "folder");
    assert.throws(() => startRecorder({ path, maxBytes: 1, files: 1, log: testLog, now: Date.now }), {
      code: "CONFIG_INVALID",
      message: /cannot be written \(ENOENT\)/,
    });
  });
});
