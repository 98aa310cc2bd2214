import type { EventLoop, Timer } from "./event-loop.js";

/** Work under way on a resource. */
export interface Job {
  /** The resource's progress at which the work is done. */
  readonly endAt: number;
  readonly onDone: () => void;
}

/** Something that several pieces of work share evenly, for example a node's CPU or its network. */
export interface SharedResource {
  /** Starts work of a size, in the unit that the rate is given in per millisecond. */
  add(work: number, onDone: () => void): Job;
  /** Ends work without its `onDone`; harmless when it is over. */
  remove(job: Job): void;
  /** The rate has changed from outside. */
  refresh(): void;
  /** Work that is left of a job. */
  left(job: Job): number;
  /** Work that one more job would get done in a millisecond. */
  rateOfNext(): number;
  readonly jobCount: number;
}

/** Rounding of sums of times; far below any time that counts. */
const TOLERANCE = 1e-9;

/** A resource on which each of n jobs gets `rateOf(n)` units of work done in a millisecond; all jobs have the same rate. */
export function createSharedResource(loop: EventLoop, rateOf: (jobs: number) => number): SharedResource {
  const jobs: Job[] = [];
  /** Work that a job which was there from the beginning would have got done. */
  let progress = 0;
  let progressAtMs = loop.now();
  let rate = 0;
  let timer: Timer | undefined;
  const advance = (): void => {
    if (jobs.length > 0) progress += (loop.now() - progressAtMs) * rate;
    else progress = 0;
    progressAtMs = loop.now();
  };
  const schedule = (): void => {
    rate = rateOf(jobs.length);
    const next = firstOf(jobs);
    const atMs = next === undefined ? undefined : progressAtMs + Math.max(0, next.endAt - progress) / rate;
    if (timer?.run !== undefined) {
      if (timer.atMs === atMs) return;
      loop.cancel(timer);
    }
    timer = atMs === undefined || !Number.isFinite(atMs) ? undefined : loop.at(atMs, finish);
  };
  const finish = (): void => {
    advance();
    const next = firstOf(jobs);
    if (next === undefined) return;
    progress = Math.max(progress, next.endAt);
    const done = takeEnded(jobs, progress * (1 + TOLERANCE));
    schedule();
    for (const job of done) job.onDone();
  };
  return {
    add(work, onDone) {
      advance();
      const job = { endAt: progress + work, onDone };
      jobs.push(job);
      schedule();
      return job;
    },
    remove(job) {
      const at = jobs.indexOf(job);
      if (at < 0) return;
      advance();
      jobs.splice(at, 1);
      schedule();
    },
    refresh() {
      advance();
      schedule();
    },
    left: (job) => (jobs.includes(job) ? Math.max(0, job.endAt - progress - (loop.now() - progressAtMs) * rate) : 0),
    rateOfNext: () => rateOf(jobs.length + 1),
    get jobCount() {
      return jobs.length;
    },
  };
}

/** The job that ends first; of equal ones the older. */
function firstOf(jobs: readonly Job[]): Job | undefined {
  let first: Job | undefined;
  for (const job of jobs) if (first === undefined || job.endAt < first.endAt) first = job;
  return first;
}

/** Takes the jobs whose work is done out, in order of starting. */
function takeEnded(jobs: Job[], progress: number): readonly Job[] {
  if (jobs.length === 1) return jobs.splice(0);
  const ended = jobs.filter(({ endAt }) => endAt <= progress);
  for (const job of ended) jobs.splice(jobs.indexOf(job), 1);
  return ended;
}
