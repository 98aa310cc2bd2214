import type { Job__Output } from "../../../proto/gen/straightline/v1/Job.js";
import { formatAge } from "../output.js";
import type { Progress } from "../progress.js";

/** Shows in a terminal how far a job is, and which stage takes how long; elsewhere nothing, as lines tell each change. */
export interface JobBar {
  update(job: Job__Output): void;
  end(): void;
}

const REDRAW_MS = 1000;

/** A bar that moves with the time until it is ended. */
export function createJobBar(progress: Progress): JobBar {
  let job: Job__Output | undefined;
  const draw = (): void => {
    if (job === undefined) return;
    const { label, done, total } = jobProgress(job, Date.now());
    progress.step(label, done, total);
  };
  const timer = progress.isTerminal ? setInterval(draw, REDRAW_MS) : undefined;
  return {
    update(next) {
      job = next;
    },
    end() {
      clearInterval(timer);
      progress.clear();
    },
  };
}

/** What the bar says: stages done, and the one that is under way with its time. */
export function jobProgress({ stages, jobId }: Job__Output, nowMs: number): { label: string; done: number; total: number } {
  const done = stages.filter(({ state }) => state === "JOB_STATE_SUCCEEDED").length;
  const total = stages.length;
  const current = stages[done];
  const attempt = current?.attempts.at(-1);
  if (current === undefined) return { label: jobId, done, total };
  if (attempt === undefined || attempt.finishedAtMs > 0)
    return { label: `${current.name}: ${current.message || "next"}`, done, total };
  const age = formatAge(Math.max(0, nowMs - attempt.startedAtMs));
  return { label: `${current.name} on ${attempt.nodeId} ${age}`, done, total };
}
