import type { DurationSketchData } from "../sketch/index.js";

/** What a workload tells of itself, as JSON, on its application's `stats_path`. */
export interface InstanceStats {
  /** Requests that run. */
  readonly inFlight: number;
  /** Requests that wait for a slot or still upload their body. */
  readonly queued: number;
  /** Requests answered well since the start. */
  readonly servedCount: number;
  /** Requests that failed through no fault of the client since the start; refusals for lack of room are not among them. */
  readonly failedCount: number;
  /** Service times of the requests answered well, without waiting. */
  readonly serviceTime: DurationSketchData;
}
