import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { StageRun__Output } from "../../../proto/gen/straightline/v1/StageRun.js";
import { StraightLineError } from "../../../services/common/errors/index.js";
import { runAttempt } from "./attempt.js";
import type { StageExecutor, StageInspection } from "./executor.js";
import { runFolder } from "./run-folder.js";

const directory = mkdtempSync(join(tmpdir(), "straightline-attempt-"));
after(() => rmSync(directory, { recursive: true, force: true }));

const AWAY = new StraightLineError("ENGINE_UNAVAILABLE", "there is no container engine");

const artifacts = { has: () => Promise.resolve(true), put: () => Promise.resolve(), fetch: () => Promise.resolve() };

/** Runs a stage of which each look of the agent shows the next of `seen`, the last one for ever; an error is thrown. */
function attempt(runId: string, timeoutMs: number, seen: readonly (StageInspection | Error)[], start = () => Promise.resolve()) {
  let looks = 0;
  const executor: StageExecutor = {
    start,
    inspect() {
      const next = seen[Math.min(looks++, seen.length - 1)] as StageInspection | Error;
      return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
    },
    stop: () => Promise.reject(AWAY),
    recover: () => Promise.resolve([]),
    close: () => Promise.resolve(),
  };
  const run = { jobId: "j", attempt: 1, stage: { name: "s", timeoutMs, outputs: [], environment: {} }, source: null, inputs: {} };
  return runAttempt(
    {
      executor,
      artifacts: () => Promise.resolve(artifacts),
      logs: () => Promise.resolve({ append: () => Promise.resolve(), read: () => Promise.resolve([]) }),
      ...{ stopGraceMs: 0, now: Date.now },
    },
    {
      ...{ key: "n.j.s.1", runId, run: run as unknown as StageRun__Output, folder: runFolder(directory, runId) },
      ...{ signal: new AbortController().signal, traceparent: "", onRunning: () => Promise.resolve() },
    },
  );
}

test("a stage whose engine is away goes on, and ends as it ends", async () => {
  const result = await attempt("away", 60_000, [{ state: "running" }, AWAY, AWAY, { state: "exited", code: 0, reason: "" }]);
  assert.equal(result.state, "ATTEMPT_STATE_SUCCEEDED", result.message);
});

test("a stage whose engine stays away fails when its time is over", async () => {
  const result = await attempt("stays-away", 500, [AWAY]);
  assert.deepEqual(result, { state: "ATTEMPT_STATE_FAILED", message: "took longer than its time of 0.5 s" });
});

test("any other fault of the executor fails the stage", async () => {
  const result = await attempt("fault", 60_000, [new StraightLineError("START_FAILED", "broken")]);
  assert.deepEqual(result, { state: "ATTEMPT_STATE_FAILED", message: "broken" });
});

test("a full disk is told as one, and is no failure of the stage", async () => {
  const full = Object.assign(new Error("write"), { code: "ENOSPC" });
  const { state, message } = await attempt("full", 60_000, [], () => Promise.reject(full));
  assert.equal(state, "ATTEMPT_STATE_LOST");
  assert.match(message ?? "", /^no space left in .*full: free space on its disk, or give the agent another --state-directory$/);
});
