import { type InstanceModel, UNKNOWN_INSTANCE } from "../scheduler/index.js";
import { failureRisk } from "./failure-model.js";
import type { InstanceRecord, Pool } from "./instance-record.js";
import { blend } from "./moments.js";
import { driftToPool, estimateService, type ServicePool } from "./service-model.js";
import { estimateTransfer } from "./transfer-model.js";

/** A model is made anew after this long, as what it rests on is forgotten. */
const REFRESH_MS = 1000;
const UNKNOWN_COLD_START = {
  mean: UNKNOWN_INSTANCE.coldStartMs,
  spread: UNKNOWN_INSTANCE.coldStartMs * UNKNOWN_INSTANCE.coldStartSpreadRatio,
} as const;
/** An instance's own starts weigh as much as its kind's after this many. */
const COLD_PRIOR_COUNT = 3;

/** The model of an instance; undefined while no form of its application has served anything. */
export function modelOf(record: InstanceRecord, nowMs: number): InstanceModel | undefined {
  const service = servicePoolOf(record.pool);
  if (service.samples === 0) return undefined;
  const isCurrent = !record.isChanged && record.modelVersion === service.version && nowMs - record.modelAtMs < REFRESH_MS;
  if (isCurrent && record.model !== undefined) return record.model;
  record.model = publish(record, nowMs);
  record.isChanged = false;
  record.modelVersion = service.version;
  record.modelAtMs = nowMs;
  return record.model;
}

/** The pool's own record, else that of the form which has served most. */
function servicePoolOf({ service, application }: Pool): ServicePool {
  if (service.samples > 0) return service;
  return application.pools.reduce((most, pool) => (pool.service.samples > most.samples ? pool.service : most), service);
}

function publish(record: InstanceRecord, nowMs: number): InstanceModel {
  const { pool, transfer, service } = record;
  driftToPool(service, nowMs);
  const own = estimateService(servicePoolOf(pool), service);
  const isBorrowed = pool.service.samples === 0;
  const way = estimateTransfer(transfer);
  const coldStart =
    record.coldStart.count + pool.coldStart.count === 0
      ? UNKNOWN_COLD_START
      : blend(record.coldStart, pool.coldStart, COLD_PRIOR_COUNT);
  return {
    serviceBaseMs: own.baseMs,
    servicePerByteMs: own.perByteMs,
    serviceMeanMs: own.meanMs,
    serviceSpreadRatio: own.spreadRatio,
    serviceErrorRatio: isBorrowed ? 1 : own.errorRatio,
    neighbourCpuRatio: record.learnedNeighbourRatio,
    transferBaseMs: way.baseMs,
    transferPerByteMs: way.perByteMs,
    coldStartMs: coldStart.mean,
    coldStartSpreadMs: coldStart.spread,
    handoverShare: pool.handoverShare,
    recentAnswers: pool.application.answers,
    recentColdStarts: pool.application.coldStarts,
    warmthMs: pool.application.overflow.worthMs,
    failureRisk: failureRisk(record.failures, pool.failures, nowMs),
    failedAfterMs: pool.application.failedAfterMs,
    peakResponseMs: record.peakMs,
    samples: service.samples,
  };
}
