import type { Assignment__Output } from "../../../proto/gen/straightline/v1/Assignment.js";
import type { Job, Job__Output } from "../../../proto/gen/straightline/v1/Job.js";
import type { StageResult__Output } from "../../../proto/gen/straightline/v1/StageResult.js";
import type { StageRun, StageRun__Output } from "../../../proto/gen/straightline/v1/StageRun.js";
import { type Bucket, jobRunKey } from "../../common/bus/index.js";
import { causeChain } from "../../common/errors/index.js";
import type { Logger } from "../../common/observe/index.js";
import { type ReconcileLoop, startReconcileLoop } from "../reconcile-loop.js";
import type { Fleet, Mirror, Schedule } from "../state/index.js";
import { unlessOvertaken } from "../unless-overtaken.js";
import { advance, hasEnded, type JobView } from "./advance.js";
import { chooseNode } from "./choose-node.js";
import { desiredRun } from "./desired-run.js";
import { jobNodes } from "./fleet-view.js";
import type { JobWritten } from "./job-written.js";

/** What a job controller works on. */
export interface JobControllerOptions {
  readonly jobs: Mirror<Job__Output>;
  readonly jobBucket: Bucket<Job, Job__Output>;
  readonly runs: Mirror<StageRun__Output>;
  readonly runBucket: Bucket<StageRun, StageRun__Output>;
  readonly results: Mirror<StageResult__Output>;
  readonly assignments: Mirror<Assignment__Output>;
  readonly fleet: Fleet;
  /** It acts only while this is held. */
  readonly lease: { isHeld(): boolean };
  readonly onWritten: JobWritten;
  readonly log: Logger;
  readonly now: () => number;
  readonly schedule: Schedule;
  /** Jobs that have ended and are kept. */
  readonly keptJobs: number;
}

const SETTLE_MS = 20;
/** Pauses between attempts end and nodes are found silent by time alone. */
const PERIOD_MS = 1000;

/** Starts to bring jobs forward: decides what each does next, and keeps the bucket `job-runs` as the jobs ask. */
export function startJobController(options: JobControllerOptions): ReconcileLoop {
  const { schedule, log } = options;
  return startReconcileLoop({
    what: "jobs",
    round: () => reconcile(options),
    settleMs: SETTLE_MS,
    periodMs: PERIOD_MS,
    schedule,
    log,
  });
}

async function reconcile(options: JobControllerOptions): Promise<void> {
  const { jobs, runs, results, assignments, lease } = options;
  // What has not been read yet must not pass for absent.
  if (!lease.isHeld() || ![jobs, runs, results, assignments].every((mirror) => mirror.isCurrent())) return;
  const oldestFirst = [...jobs.entries.values()].sort((a, b) => a.value.submittedAtMs - b.value.submittedAtMs);
  for (const { key } of oldestFirst) await advanceAlone(key, options);
  await keepRuns(options);
  await prune(options);
}

/** One job that cannot be written must not hold up the others. */
async function advanceAlone(key: string, options: JobControllerOptions): Promise<void> {
  try {
    await unlessOvertaken(options.lease, () => advanceJob(key, options));
  } catch (error) {
    options.log.warn({ job: key, chain: causeChain(error) }, "a job could not be advanced; it will be tried again");
  }
}

/** The record is written first: what it says is what every controller makes come true, whoever wrote it. */
async function advanceJob(key: string, { jobs, jobBucket, onWritten, ...options }: JobControllerOptions): Promise<void> {
  const known = jobs.entries.get(key);
  if (known === undefined || hasEnded(known.value)) return;
  const value = advance(known.value, viewOf(key, { jobs, ...options }));
  if (value === known.value) return;
  const revision = await jobBucket.update(key, value, known.revision);
  jobs.note({ key, value, revision });
  onWritten(known.value, value);
}

type ViewParts = Pick<JobControllerOptions, "jobs" | "results" | "assignments" | "fleet" | "now">;

function viewOf(jobId: string, { jobs, results, assignments, fleet, now }: ViewParts): JobView {
  const nodes = fleet.nodes();
  // A job runs one stage at a time: what it has been promised itself is free for its next one.
  const others = valuesOf(jobs).filter((job) => job.jobId !== jobId);
  return {
    nowMs: Math.round(now()),
    resultOf: (...run) => results.entries.get(jobRunKey(...run))?.value,
    isLost: (nodeId) => nodes.some((node) => node.nodeId === nodeId && node.health === "lost"),
    place: (stage, tried) => chooseNode(stage, jobNodes(nodes, valuesOf(assignments), others), tried),
  };
}

async function keepRuns({ jobs, runs, runBucket, lease }: JobControllerOptions): Promise<void> {
  const desired = new Map([...valuesOf(jobs)].flatMap((job) => desiredRun(job) ?? []).map(({ key, run }) => [key, run]));
  for (const [key, run] of desired) {
    if (runs.entries.has(key)) continue;
    await unlessOvertaken(lease, async () => {
      const revision = await runBucket.create(key, run);
      runs.note({ key, value: run as StageRun__Output, revision });
    });
  }
  for (const { key, revision } of [...runs.entries.values()]) {
    if (desired.has(key)) continue;
    await unlessOvertaken(lease, async () => {
      await runBucket.remove(key, revision);
      runs.forget(key);
    });
  }
}

/** Of the jobs that have ended only the newest are kept. */
async function prune({ jobs, jobBucket, keptJobs, lease }: JobControllerOptions): Promise<void> {
  const ended = [...jobs.entries.values()].filter(({ value }) => hasEnded(value));
  const old = ended.sort((a, b) => b.value.submittedAtMs - a.value.submittedAtMs).slice(keptJobs);
  for (const { key, revision } of old) {
    await unlessOvertaken(lease, async () => {
      await jobBucket.remove(key, revision);
      jobs.forget(key);
    });
  }
}

function valuesOf<T>({ entries }: Mirror<T>): T[] {
  return [...entries.values()].map(({ value }) => value);
}
