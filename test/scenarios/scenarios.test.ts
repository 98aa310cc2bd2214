import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { POLICIES } from "../../services/placement/policies/index.js";
import { type Decision, decide, type Trace } from "../../services/placement/scheduler/index.js";
import { type Block, linesOf, readBlocks, readCluster, readPlace, type Scenario, writeBlocks } from "./read-scenarios.js";

/**
 * Each .txt file tells a cluster and requests, each with the exact decision and trace that must come of it: reviewed as a diff.
 * STRAIGHTLINE_UPDATE_SCENARIOS=1 writes what came instead of comparing.
 */
const FOLDER = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "..", "test", "scenarios");
const UPDATE = process.env["STRAIGHTLINE_UPDATE_SCENARIOS"] === "1";

function run(blocks: readonly Block[]): Block[] {
  let scenario: Scenario | undefined;
  return blocks.map((block) => {
    const lines = linesOf(block);
    const [command = ""] = lines;
    if (command.startsWith("cluster")) scenario = readCluster(lines);
    if (!command.startsWith("place")) return block;
    assert.ok(scenario !== undefined, "a cluster must come before the first place");
    const { input, policy } = readPlace(command, scenario);
    return { ...block, expected: write(decide(scenario.fleet, input, POLICIES.get(policy))) };
  });
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
