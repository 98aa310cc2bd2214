import type { NodeKind } from "../../placement/scheduler/index.js";

/** What one policy made of one scenario. Times are of requests as their clients see them; a failed request counts as its timeout. */
export interface RunFigures {
  readonly requests: number;
  /** 0..1. */
  readonly failureRate: number;
  readonly meanMs: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  /** Requests answered within the objective of their application, 0..1. */
  readonly sloAttainment: number;
  /** In the scenario's currency: requests, and instances by the hour. */
  readonly cost: number;
  /** Workers of functions that were started on demand. */
  readonly coldStarts: number;
  /** Requests whose price was above the scenario's cap. */
  readonly overPriceCap: number;
  /** Requests by the kind that they were sent to last; those that were never placed are in none. */
  readonly byKind: Readonly<Record<NodeKind, number>>;
  /** Failed requests by reason. */
  readonly failures: Readonly<Record<"refused" | "timeout" | "instance", number>>;
  /** Mean were every request alone in the fleet, warm and without faults, on its best instance: no policy can be below. */
  readonly uncontendedMeanMs: number;
}

/** The figures with what they are of. */
export interface RunResult extends RunFigures {
  readonly scenario: string;
  readonly policy: string;
  readonly seed: number;
}
