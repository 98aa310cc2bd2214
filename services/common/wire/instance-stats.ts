import type { DurationSketchData } from "../sketch/index.js";

/** What a workload tells of itself, as JSON, on its application's `stats_path`. */
export interface InstanceStats {
  /** Requests being served. */
  readonly inFlight: number;
  /** Requests waiting for a slot. */
  readonly queued: number;
  /** Requests answered since start. */
  readonly servedCount: number;
  /** Requests failed since start, by the instance's own fault. */
  readonly failedCount: number;
  /** Service times of recent requests. */
  readonly serviceTime: DurationSketchData;
}
