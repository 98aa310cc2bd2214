import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { type RunResult, SIMULATION_THREAD_LIMITS } from "../../../services/simulator/index.js";
import type { Job } from "./plan.js";

/** A job to a worker, by its place in the list. */
export interface JobMessage {
  readonly at: number;
  readonly job: Job;
}

/** Its result back. */
export interface ResultMessage {
  readonly at: number;
  readonly result: RunResult;
  /** Real time that it took, milliseconds. */
  readonly tookMs: number;
}

/** Results in the order of the jobs, and the time that the workers were busy, summed over all. */
export interface JobResults {
  readonly results: readonly RunResult[];
  readonly busyMs: number;
}

/** Where scenarios and traces lie. */
export interface WorkerSettings {
  readonly tracesDirectory: string;
}

/** Runs every job, as many at a time as there are cores. Rejects with the first error. */
export async function runJobs(
  jobs: readonly Job[],
  settings: WorkerSettings,
  onDone: (done: number) => void = () => undefined,
): Promise<JobResults> {
  const results: RunResult[] = new Array(jobs.length);
  let next = 0;
  let done = 0;
  let busyMs = 0;
  const drive = (worker: Worker): Promise<void> =>
    new Promise((resolve, reject) => {
      const give = (): void => {
        const at = next++;
        const job = jobs[at];
        if (job === undefined) resolve();
        else worker.postMessage({ at, job } satisfies JobMessage);
      };
      worker.on("message", ({ at, result, tookMs }: ResultMessage) => {
        results[at] = result;
        busyMs += tookMs;
        onDone(++done);
        give();
      });
      worker.on("error", reject);
      give();
    });
  const workers = Array.from({ length: Math.min(availableParallelism(), jobs.length) }, () => createWorker(settings));
  try {
    await Promise.all(workers.map(drive));
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  return { results, busyMs };
}

function createWorker(workerData: WorkerSettings): Worker {
  return new Worker(new URL("./worker.js", import.meta.url), {
    workerData,
    resourceLimits: SIMULATION_THREAD_LIMITS,
  });
}
