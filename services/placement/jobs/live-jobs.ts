import type { Assignment__Output } from "../../../proto/gen/straightline/v1/Assignment.js";
import type { Job, Job__Output } from "../../../proto/gen/straightline/v1/Job.js";
import type { StageResult, StageResult__Output } from "../../../proto/gen/straightline/v1/StageResult.js";
import type { StageRun, StageRun__Output } from "../../../proto/gen/straightline/v1/StageRun.js";
import type { ArtifactStore, Bucket, JobLogs } from "../../common/bus/index.js";
import type { Logger, Metrics } from "../../common/observe/index.js";
import { createMirror, createWatchHub, type Fleet, type Mirror, type Schedule, type WatchHub } from "../state/index.js";
import { startJobController } from "./controller.js";
import { logJob } from "./job-log.js";
import { createJobMetrics } from "./job-metrics.js";
import type { JobWritten } from "./job-written.js";

/** The jobs, kept up to date from the bus, and the controller that brings them forward. */
export interface LiveJobs {
  readonly jobs: Mirror<Job__Output>;
  readonly jobBucket: Bucket<Job, Job__Output>;
  readonly jobLogs: JobLogs;
  readonly artifacts: ArtifactStore;
  readonly onWritten: JobWritten;
  /** Ids of jobs that have changed. */
  readonly jobChanges: WatchHub<string>;
  /** Resolves when what earlier runs have left has been read. */
  readonly ready: Promise<unknown>;
  /** A job has been written: the controller looks at it soon. */
  poke(): void;
  leave(): Promise<void>;
}

/** What jobs are kept with. */
export interface LiveJobsOptions {
  readonly bus: {
    readonly jobs: Bucket<Job, Job__Output>;
    readonly jobRuns: Bucket<StageRun, StageRun__Output>;
    readonly jobResults: Bucket<StageResult, StageResult__Output>;
    readonly jobLogs: JobLogs;
    readonly artifacts: ArtifactStore;
  };
  readonly fleet: Fleet;
  readonly assignments: Mirror<Assignment__Output>;
  readonly lease: { isHeld(): boolean };
  readonly settings: { readonly keptJobs: number; readonly watchLimit: number };
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly now: () => number;
  readonly schedule: Schedule;
}

/** Begins to read and to reconcile. */
export function openLiveJobs(options: LiveJobsOptions): LiveJobs {
  const { bus, fleet, assignments, lease, settings, metrics, log, now, schedule } = options;
  // A job's newest state replaces what waits, so nothing is lost.
  const jobChanges = createWatchHub<string>({
    limit: settings.watchLimit,
    keyOf: (jobId) => jobId,
    onDropped: (count) => log.warn({ count }, "a slow watcher of jobs lost messages"),
  });
  const jobs = createMirror(bus.jobs, (jobId) => {
    for (const id of jobId === undefined ? jobs.entries.keys() : [jobId]) jobChanges.publish(id);
    controller.poke();
  });
  const runs = createMirror(bus.jobRuns, () => controller.poke());
  const results = createMirror(bus.jobResults, () => controller.poke());
  const count = createJobMetrics(metrics, jobs, now);
  const onWritten: JobWritten = (before, after) => {
    count(before, after);
    logJob(log, before, after);
  };
  const controller = startJobController({
    ...{ jobs, runs, results, assignments, fleet, lease, onWritten, log, now, schedule },
    ...{ jobBucket: bus.jobs, runBucket: bus.jobRuns, keptJobs: settings.keptJobs },
  });
  return {
    jobs,
    jobBucket: bus.jobs,
    jobLogs: bus.jobLogs,
    artifacts: bus.artifacts,
    onWritten,
    jobChanges,
    ready: Promise.all([jobs.ready, runs.ready, results.ready]),
    poke: controller.poke,
    async leave() {
      await controller.stop();
      for (const mirror of [jobs, runs, results]) mirror.close();
    },
  };
}
