import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { POLICIES } from "../../services/placement/policies/index.js";
import { type Decision, decide, type Trace } from "../../services/placement/scheduler/index.js";
import { inCi } from "../support/in-ci.js";
import {
  type Block,
  linesOf,
  readBlocks,
  readCluster,
  readPlace,
  reserve,
  type Scenario,
  writeBlocks,
} from "./read-scenarios.js";

/**
 * Each .txt file tells a cluster and requests, each with the exact decision and trace that must come of it: reviewed as a diff.
 * STRAIGHTLINE_UPDATE_SCENARIOS=1 writes what came instead of comparing; never in CI, where nobody reads the diff.
 */
const FOLDER = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "..", "test", "scenarios");
const UPDATE = process.env["STRAIGHTLINE_UPDATE_SCENARIOS"] === "1" && !inCi();
/** Longest burst that a file may ask for. */
const MOST_REQUESTS = 100;

function run(blocks: readonly Block[]): Block[] {
  let scenario: Scenario | undefined;
  return blocks.map((block) => {
    const lines = linesOf(block);
    const [command = ""] = lines;
    if (command.startsWith("cluster")) scenario = readCluster(lines);
    if (!/^(place|burst) /.test(command)) return block;
    assert.ok(scenario !== undefined, "a cluster must come before the first request");
    return { ...block, expected: command.startsWith("burst") ? burst(command, scenario) : place(command, scenario) };
  });
}

function place(command: string, scenario: Scenario): string {
  const { input, policy } = readPlace(command, scenario);
  return write(decide(scenario.fleet, input, POLICIES.get(policy)));
}

/** Requests one after the other, each of which keeps its slot; a line for each. The scenario is as before afterwards. */
function burst(command: string, scenario: Scenario): string {
  const { input, policy, count } = readPlace(command, scenario);
  assert.ok(count <= MOST_REQUESTS, `${command}: at most ${MOST_REQUESTS} requests`);
  let now = scenario;
  const lines = Array.from({ length: count }, (_, at) => {
    const decision = decide(now.fleet, { ...input, seed: at }, POLICIES.get(policy));
    if (decision.type === "refused") return `${at + 1}. refused ${decision.refusal.reason}: ${decision.message}`;
    now = reserve(now, decision.candidate);
    const { nodeId, instanceId } = decision.candidate.instance;
    return `${at + 1}. ${nodeId}/${instanceId}: ${decision.reason}`;
  });
  return lines.join("\n");
}

function write(decision: Decision): string {
  const { trace } = decision;
  return [...outcome(decision), ...trace.steps.map((step) => `step: ${step}`), ...candidates(trace)].join("\n");
}

function outcome(decision: Decision): string[] {
  if (decision.type === "refused") {
    const { refusal, message } = decision;
    return [`refused ${refusal.reason}, ${refusal.kind}`, `message: ${message}`];
  }
  const { candidate, reason, predicted, trace } = decision;
  const { transferMs, waitMs, serviceMs, coldStartMs } = predicted;
  return [
    `placed ${candidate.instance.nodeId}/${candidate.instance.instanceId}${trace.stale ? ", on stale telemetry" : ""}`,
    `reason: ${reason}`,
    `predicted: transfer ${transferMs} + wait ${waitMs} + service ${serviceMs} + cold start ${coldStartMs} ms`,
  ];
}

function candidates({ candidates: traced }: Trace): string[] {
  return traced.map(({ nodeId, instanceId, kind, refusal, score, inFlight, concurrency, telemetryAgeMs, nodeHealth }) => {
    const scored = Object.keys(score.components).length > 0 ? `, score ${score.total}` : "";
    const verdict = refusal === "" ? "can" : refusal;
    return `  ${nodeId}/${instanceId}: ${kind}, ${inFlight} of ${concurrency}, ${nodeHealth} ${telemetryAgeMs} ms${scored}: ${verdict}`;
  });
}

describe("the scheduler decides as written in", () => {
  for (const name of readdirSync(FOLDER)
    .filter((file) => file.endsWith(".txt"))
    .sort()) {
    it(name, () => {
      const file = join(FOLDER, name);
      const text = readFileSync(file, "utf8");
      const actual = writeBlocks(run(readBlocks(text)));
      if (UPDATE) writeFileSync(file, actual);
      else assert.equal(actual, text);
    });
  }
});
