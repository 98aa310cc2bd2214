import type { InstanceModel, NodeKind } from "../scheduler/index.js";
import { createFailures, type Failures } from "./failure-model.js";
import { createMoments, type Moments } from "./moments.js";
import type { Overflow } from "./overflow.js";
import { createOwnService, createServicePool, type OwnService, type ServicePool } from "./service-model.js";
import type { Transfer } from "./transfer-model.js";

/** What all instances of an application have in common. */
export interface ApplicationRecord {
  /** One for each form: one that has served nothing yet is thought to be like the others. */
  pools: readonly Pool[];
  /** Recent answers, and how many of them paid a cold start, old ones counting less. */
  answers: number;
  coldStarts: number;
  readonly overflow: Overflow;
  /** Mean time after which recent failures were known. */
  failedAfterMs: number;
}

/** What all instances of an application of one kind have in common. */
export interface Pool {
  readonly application: ApplicationRecord;
  readonly kind: NodeKind;
  readonly service: ServicePool;
  readonly coldStart: Moments;
  readonly failures: Failures;
  /** Share of requests without an idle worker that got one set free before their own had started. */
  handoverShare: number;
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

/** Before any has been seen: some platforms hand workers over, some start one for each request. */
const FIRST_HANDOVER_SHARE = 0.5;

/** Knows nothing; the application lists it. */
export function createPool(application: ApplicationRecord, kind: NodeKind, nowMs: number): Pool {
  const pool = {
    application,
    kind,
    service: createServicePool(),
    coldStart: createMoments(),
    failures: createFailures(nowMs),
    handoverShare: FIRST_HANDOVER_SHARE,
  };
  application.pools = [...application.pools, pool];
  return pool;
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
