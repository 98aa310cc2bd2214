import type { InstanceModel } from "../scheduler/index.js";
import { createFailures, type Failures } from "./failure-model.js";
import { createMoments, type Moments } from "./moments.js";
import { createOwnService, createServicePool, type OwnService, type ServicePool } from "./service-model.js";
import type { Transfer } from "./transfer-model.js";

/** What all instances of an application of one kind have in common. */
export interface Pool {
  readonly service: ServicePool;
  readonly coldStart: Moments;
  readonly failures: Failures;
}

/** What is known of one instance. */
export interface InstanceRecord {
  readonly pool: Pool;
  readonly transfer: Transfer;
  readonly service: OwnService;
  readonly coldStart: Moments;
  readonly failures: Failures;
  /** Neighbours' CPU while its service was learned, and by the latest telemetry. */
  learnedNeighbourRatio: number;
  neighbourRatio: number;
  /** Decays from each peak: see peak-ewma. */
  peakMs: number;
  peakAtMs: number;
  answeredMs: number;
  heardMs: number;
  /** Starts that its telemetry told of when it was last read. */
  toldStarts: number;
  /** The published model, and what it rests on. */
  model: InstanceModel | undefined;
  modelAtMs: number;
  modelVersion: number;
  isChanged: boolean;
}

/** Knows nothing. */
export function createPool(nowMs: number): Pool {
  return { service: createServicePool(), coldStart: createMoments(), failures: createFailures(nowMs) };
}

/** Knows what its pool knows. */
export function createInstanceRecord(pool: Pool, transfer: Transfer, nowMs: number): InstanceRecord {
  return {
    pool,
    transfer,
    service: createOwnService(nowMs),
    coldStart: createMoments(),
    failures: createFailures(nowMs),
    learnedNeighbourRatio: 0,
    neighbourRatio: 0,
    peakMs: 0,
    peakAtMs: nowMs,
    answeredMs: Number.NEGATIVE_INFINITY,
    heardMs: nowMs,
    toldStarts: 0,
    model: undefined,
    modelAtMs: 0,
    modelVersion: -1,
    isChanged: true,
  };
}
