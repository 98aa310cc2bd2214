import type { Job__Output } from "../../../proto/gen/straightline/v1/Job.js";
import { METRIC, type Metrics } from "../../common/observe/index.js";
import type { Mirror } from "../state/index.js";
import { activeAttempt, hasEnded } from "./advance.js";
import type { JobWritten } from "./job-written.js";

const STATES = ["pending", "running", "succeeded", "failed", "cancelled"] as const;
const RESULTS = ["succeeded", "failed", "cancelled"] as const;

/** Shows the jobs that are kept at each collection, and counts what comes of them. */
export function createJobMetrics(metrics: Metrics, jobs: Pick<Mirror<Job__Output>, "entries">, now: () => number): JobWritten {
  metrics.observe(METRIC.jobs, (set) => {
    for (const state of STATES) set(0, state);
    for (const { value } of jobs.entries.values()) set(1, short(value.state));
  });
  metrics.observe(METRIC.jobsWaiting, (set) => {
    set([...jobs.entries.values()].filter(({ value }) => waitsForNode(value, now())).length);
  });
  const finished = metrics.counter(METRIC.jobsFinished);
  // Known from the start, so that the first increase is seen as one.
  for (const result of RESULTS) finished.add(0, result);
  const jobSeconds = metrics.histogram(METRIC.jobDuration);
  const countAttempts = createAttemptMetrics(metrics);
  return (before, after) => {
    countAttempts(before, after);
    if (before.finishedAtMs > 0 || after.finishedAtMs === 0) return;
    const result = short(after.state);
    finished.add(1, result);
    jobSeconds.record(secondsOf(after.submittedAtMs, after.finishedAtMs), nameOf(after), result);
  };
}

function createAttemptMetrics(metrics: Metrics): JobWritten {
  const attemptSeconds = metrics.histogram(METRIC.jobAttemptDuration);
  const retries = metrics.counter(METRIC.jobRetries);
  return (before, after) => {
    for (const [at, { name: stage, attempts }] of after.stages.entries()) {
      const earlier = before.stages[at]?.attempts ?? [];
      // An attempt is begun only after the one before it has ended.
      for (const { state } of attempts.slice(Math.max(0, earlier.length - 1), -1))
        retries.add(1, nameOf(after), stage, short(state));
      const open = attempts.slice(earlier.filter(({ finishedAtMs }) => finishedAtMs > 0).length);
      for (const { state, startedAtMs, finishedAtMs } of open.filter((attempt) => attempt.finishedAtMs > 0)) {
        attemptSeconds.record(secondsOf(startedAtMs, finishedAtMs), nameOf(after), stage, short(state));
      }
    }
  };
}

/** Its next attempt could begin, and no node has room for it. */
function waitsForNode(job: Job__Output, nowMs: number): boolean {
  const next = job.stages.find(({ state }) => state !== "JOB_STATE_SUCCEEDED");
  return !hasEnded(job) && next !== undefined && activeAttempt(next) === undefined && nowMs >= next.notBeforeMs;
}

function nameOf({ spec }: Job__Output): string {
  return spec?.name ?? "";
}

function short(state: string): string {
  return state.replace(/^(JOB|ATTEMPT)_STATE_/, "").toLowerCase();
}

/** Two replicas' clocks may differ. */
function secondsOf(fromMs: number, toMs: number): number {
  return Math.max(0, toMs - fromMs) / 1000;
}
