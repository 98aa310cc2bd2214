import { setTimeout as delay } from "node:timers/promises";
import { TextDecoder } from "node:util";
import type { Job__Output } from "../../../proto/gen/straightline/v1/Job.js";
import type { JobLog__Output } from "../../../proto/gen/straightline/v1/JobLog.js";
import { StraightLineError } from "../../common/errors/index.js";
import { EXIT } from "../exit-codes.js";
import { createProgress } from "../progress.js";
import type { CommandContext } from "./context.js";
import { createJobBar } from "./job-bar.js";
import { formatJob, stageLines } from "./job-text.js";

/** A service that is away for longer ends the watching; the job goes on. */
const MAX_ABSENCE_MS = 60_000;
const RETRY_MS = 1000;

/** `straightline job watch ID`: the job and its logs until its end, also over a restart of the service. Resolves to the exit code. */
export async function watchJob(context: CommandContext, jobId: string): Promise<number> {
  const { json } = context;
  const progress = createProgress(process.stderr);
  const print = (text: string): void => {
    progress.clear();
    context.print(text);
  };
  const bar = json ? undefined : createJobBar(progress);
  const lines = createLineWriter((stage, line) => print(`${stage} | ${line}`));
  const told = new Set<string>();
  let last: Job__Output | undefined;
  const onJob = (job: Job__Output): void => {
    last = job;
    bar?.update(job);
    if (json) print(JSON.stringify({ job }));
    for (const line of json ? [] : stageLines(job)) {
      if (!told.has(line)) progress.line(line);
      told.add(line);
    }
  };
  const onLog = (log: JobLog__Output): void => (json ? print(jsonOf(log)) : lines.write(log));
  try {
    await follow(context, jobId, { onJob, onLog });
  } finally {
    bar?.end();
  }
  lines.end();
  if (!json && last !== undefined) print(`\n${formatJob(last)}`);
  return last?.state === "JOB_STATE_SUCCEEDED" ? EXIT.ok : EXIT.failure;
}

/** `straightline job logs ID`: what is there now. */
export async function jobLogs(context: CommandContext, jobId: string, stage: string): Promise<void> {
  const { api, json, print } = context;
  const lines = createLineWriter((name, line) => print(stage === "" ? `${name} | ${line}` : line));
  for await (const { log } of api.read(api.jobs.watch({ jobId, snapshot: true }))) {
    if (!log || (stage !== "" && log.stage !== stage)) continue;
    if (json) print(jsonOf(log));
    else lines.write(log);
  }
  lines.end();
}

interface Listeners {
  readonly onJob: (job: Job__Output) => void;
  readonly onLog: (log: JobLog__Output) => void;
}

/** Resolves when the job has ended. */
async function follow(context: CommandContext, jobId: string, { onJob, onLog }: Listeners): Promise<void> {
  let after = 0;
  let awaySinceMs: number | undefined;
  let hasEnded = false;
  const listeners: Listeners = {
    onJob(job) {
      hasEnded = job.finishedAtMs > 0;
      awaySinceMs = undefined;
      onJob(job);
    },
    onLog(log) {
      after = log.sequence;
      onLog(log);
    },
  };
  while (!hasEnded) {
    try {
      await readWatch(context, { jobId, afterLogSequence: after }, listeners);
    } catch (error) {
      awaySinceMs ??= performance.now();
      if (!isAway(error) || performance.now() - awaySinceMs > MAX_ABSENCE_MS) throw error;
    }
    if (!hasEnded) await delay(RETRY_MS);
  }
}

async function readWatch(
  { api }: CommandContext,
  request: { readonly jobId: string; readonly afterLogSequence: number },
  { onJob, onLog }: Listeners,
): Promise<void> {
  for await (const { job, log } of api.read(api.jobs.watch(request))) {
    if (job) onJob(job);
    if (log) onLog(log);
  }
}

function isAway(error: unknown): boolean {
  const { code } = StraightLineError.from(error);
  return code === "PLACEMENT_UNAVAILABLE" || code === "BUS_UNAVAILABLE";
}

function jsonOf(log: JobLog__Output): string {
  return JSON.stringify({ log: { ...log, data: log.data.toString("utf8") } });
}

/** Joins the pieces of each attempt to lines. */
function createLineWriter(onLine: (stage: string, line: string) => void) {
  const open = new Map<string, { readonly decoder: TextDecoder; rest: string; readonly stage: string }>();
  return {
    write({ stage, attempt, data }: JobLog__Output): void {
      const key = `${stage}.${attempt}`;
      const one = open.get(key) ?? { decoder: new TextDecoder(), rest: "", stage };
      open.set(key, one);
      const parts = (one.rest + one.decoder.decode(data, { stream: true })).split("\n");
      one.rest = parts.pop() ?? "";
      for (const line of parts) onLine(stage, line);
    },
    end(): void {
      for (const { stage, rest } of open.values()) if (rest !== "") onLine(stage, rest);
    },
  };
}
