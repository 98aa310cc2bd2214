import type { RunFigures, RunResult } from "./result.js";

/** A policy in a scenario over several seeds: the mean of each figure, and the runs it is made of. */
export interface AveragedResult extends RunFigures {
  readonly scenario: string;
  readonly policy: string;
  readonly seeds: readonly number[];
  /** Absent with one seed: the figures are its own. */
  readonly runs?: readonly RunResult[];
}

/** The mean of runs of one policy in one scenario. Never called with none. */
export function average(runs: readonly RunResult[]): AveragedResult {
  const [first] = runs;
  if (first === undefined) throw new Error("an average of no runs");
  const mean = (read: (run: RunResult) => number): number => runs.reduce((sum, run) => sum + read(run), 0) / runs.length;
  return {
    ...{ scenario: first.scenario, policy: first.policy, seeds: runs.map(({ seed }) => seed) },
    requests: mean(({ requests }) => requests),
    failureRate: mean(({ failureRate }) => failureRate),
    meanMs: mean(({ meanMs }) => meanMs),
    p50Ms: mean(({ p50Ms }) => p50Ms),
    p95Ms: mean(({ p95Ms }) => p95Ms),
    p99Ms: mean(({ p99Ms }) => p99Ms),
    sloAttainment: mean(({ sloAttainment }) => sloAttainment),
    cost: mean(({ cost }) => cost),
    coldStarts: mean(({ coldStarts }) => coldStarts),
    overPriceCap: mean(({ overPriceCap }) => overPriceCap),
    byKind: {
      vm: mean(({ byKind }) => byKind.vm),
      container: mean(({ byKind }) => byKind.container),
      serverless: mean(({ byKind }) => byKind.serverless),
    },
    failures: {
      refused: mean(({ failures }) => failures.refused),
      timeout: mean(({ failures }) => failures.timeout),
      instance: mean(({ failures }) => failures.instance),
    },
    uncontendedMeanMs: mean(({ uncontendedMeanMs }) => uncontendedMeanMs),
    ...(runs.length > 1 ? { runs } : {}),
  };
}
