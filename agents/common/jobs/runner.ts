import { rm } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import type { StageResult } from "../../../proto/gen/straightline/v1/StageResult.js";
import type { StageRun__Output } from "../../../proto/gen/straightline/v1/StageRun.js";
import { BUCKET } from "../../../services/common/bus/index.js";
import { causeChain, StraightLineError } from "../../../services/common/errors/index.js";
import {
  ATTRIBUTE,
  type Logger,
  messagingAttributes,
  SPAN,
  type Tracing,
  traceFields,
} from "../../../services/common/observe/index.js";
import { type AttemptParts, runAttempt } from "./attempt.js";
import type { ResultBook } from "./results.js";
import { listRunFolders, type RunFolder, runFolder } from "./run-folder.js";
import { whileAway } from "./while-away.js";

/** Runs the stages that this node is to run. */
export interface JobRunner {
  /** The whole desired state, by key. */
  setDesired(desired: ReadonlyMap<string, StageRun__Output>): void;
  /** Ends the watching; the programs go on, or with `stop` they end and are told of as lost. */
  end(programs: "keep" | "stop"): Promise<void>;
}

/** What a runner needs. */
export interface JobRunnerOptions extends AttemptParts {
  readonly nodeId: string;
  /** For the folders of runs. */
  readonly directory: string;
  readonly results: ResultBook;
  readonly tracing: Tracing;
  readonly log: Logger;
}

/** Why an attempt is not watched any more. */
type Fate = "watched" | "unwanted" | "kept" | "stopped";

interface LocalRun {
  readonly runId: string;
  readonly folder: RunFolder;
  readonly cancel: AbortController;
  fate: Fate;
  done: Promise<void>;
}

/** After a fault of its own a run is taken up again this much later. */
const TAKE_UP_AGAIN_MS = 5000;
/** An engine that is away longer than a week does not come back. */
const MAX_WAIT_MS = 7 * 24 * 3_600_000;

/** A runner that runs nothing yet. Level-triggered: whatever it missed, the next desired state makes good. */
export function createJobRunner(options: JobRunnerOptions): JobRunner {
  const { executor, results, directory, log, stopGraceMs } = options;
  const local = new Map<string, LocalRun>();
  let desired: ReadonlyMap<string, StageRun__Output> = new Map();
  const ending = new AbortController();
  let recovered: Promise<void> | undefined;

  const converge = (): void => {
    if (ending.signal.aborted) return;
    for (const [key, run] of desired) if (!local.has(key) && !results.isFinal(key)) begin(key, run);
    for (const [key, one] of local) if (!desired.has(key) && one.fate === "watched") abandon(one, "unwanted");
    results.keepOnly(desired, new Set(local.keys()));
  };
  const begin = (key: string, run: StageRun__Output): void => {
    const runId = runIdOf(run);
    const one: LocalRun = {
      ...{ runId, folder: runFolder(directory, runId), cancel: new AbortController(), fate: "watched" },
      done: Promise.resolve(),
    };
    local.set(key, one);
    one.done = watch(key, run, one)
      .catch(async (error: unknown) => {
        log.error({ ...traceFields(run.traceparent), run: key, chain: causeChain(error) }, "a run could not be ended well");
        await delay(TAKE_UP_AGAIN_MS, undefined, { signal: ending.signal }).catch(() => undefined);
      })
      .finally(() => {
        local.delete(key);
        converge();
      });
  };
  const watch = async (key: string, run: StageRun__Output, one: LocalRun): Promise<void> => {
    const { runId, folder, cancel } = one;
    const { signal } = cancel;
    const onRunning = (): Promise<void> => results.tell(key, { state: "ATTEMPT_STATE_RUNNING" }, signal);
    try {
      await results.tell(key, { state: "ATTEMPT_STATE_ASSIGNED" }, signal);
      const result = await traced(run, options, (traceparent) =>
        runAttempt(options, { key, runId, run, folder, signal, traceparent, onRunning }),
      );
      const level = result.state === "ATTEMPT_STATE_SUCCEEDED" ? "info" : "warn";
      log[level]({ ...traceFields(run.traceparent), run: key, state: result.state }, result.message || "stage ended");
      await results.tell(key, result, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    if (one.fate === "kept") return;
    await clear(runId);
    if (one.fate === "stopped" && !results.isFinal(key)) {
      await results.tellOnce(key, { state: "ATTEMPT_STATE_LOST", message: `the agent of node ${options.nodeId} ended` });
    }
  };
  /** Waits for an engine that is away, or what it runs would go on unseen. */
  const clear = async (runId: string): Promise<void> => {
    await whileAway("ENGINE_UNAVAILABLE", MAX_WAIT_MS, ending.signal, () => executor.stop(runId, stopGraceMs));
    await rm(runFolder(directory, runId).path, { recursive: true, force: true });
  };
  const abandon = (one: LocalRun, fate: Fate): void => {
    one.fate = fate;
    one.cancel.abort(new StraightLineError("CANCELLED", "the run is not wanted any more"));
  };
  /** What an earlier agent has left and nobody wants. */
  const removeOrphans = async (): Promise<void> => {
    const known = await whileAway("ENGINE_UNAVAILABLE", MAX_WAIT_MS, ending.signal, () => executor.recover());
    for (const runId of new Set([...known, ...(await listRunFolders(directory))])) {
      if ([...desired.values()].some((run) => runIdOf(run) === runId)) continue;
      log.info({ run: runId }, "a run of which nobody knows is ended");
      await clear(runId);
    }
  };

  return {
    setDesired(next) {
      desired = next;
      recovered ??= removeOrphans().catch((error: unknown) => {
        log.warn({ chain: causeChain(error) }, "runs of an earlier agent could not all be looked at");
      });
      void recovered.then(converge);
    },
    async end(programs) {
      ending.abort();
      await recovered;
      for (const one of local.values()) abandon(one, programs === "keep" ? "kept" : "stopped");
      await Promise.all([...local.values()].map(({ done }) => done));
    },
  };
}

function runIdOf({ jobId, stage, attempt }: StageRun__Output): string {
  return `${jobId}-${stage?.name ?? ""}-${attempt}`;
}

async function traced(
  run: StageRun__Output,
  { tracing, nodeId }: JobRunnerOptions,
  work: (traceparent: string) => Promise<StageResult>,
): Promise<StageResult> {
  const attributes = {
    [ATTRIBUTE.job]: run.jobId,
    [ATTRIBUTE.stage]: run.stage?.name ?? "",
    [ATTRIBUTE.jobAttempt]: run.attempt,
    [ATTRIBUTE.node]: nodeId,
    ...messagingAttributes("process", BUCKET.jobRuns),
  };
  const span = tracing.start(SPAN.jobStage, { role: "consumer", parent: run.traceparent || undefined, attributes });
  try {
    const result = await work(span.traceparent);
    if (result.state !== "ATTEMPT_STATE_SUCCEEDED") span.fail("STAGE_FAILED", result.message);
    return result;
  } catch (error) {
    span.fail(StraightLineError.from(error).code);
    throw error;
  } finally {
    span.end();
  }
}
