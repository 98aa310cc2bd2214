import type { InstanceTelemetry__Output } from "../../../proto/gen/straightline/v1/InstanceTelemetry.js";
import { quantileMs } from "../../common/sketch/index.js";
import { UNKNOWN_INSTANCE } from "../scheduler/index.js";
import { learnFailure } from "./failure-model.js";
import type { InstanceRecord } from "./instance-record.js";
import type { Answer, NodeFacts } from "./learner.js";
import { learnValue } from "./moments.js";
import { learnOverflow } from "./overflow.js";
import { learnService } from "./service-model.js";
import { learnTransfer } from "./transfer-model.js";

/** The last twenty starts of an instance and the last fifty of its kind count. */
const OWN_COLD_WEIGHT = 0.05;
const POOL_COLD_WEIGHT = 0.02;
/** A refusal for want of a slot costs a retry, not a failed request. */
const THROTTLED_FAILURE = 0.2;
/** A request that had too little time says little; were it to say nothing, an instance that hangs could hide behind short deadlines. */
const OUT_OF_TIME_FAILURE = 0.1;
/** Weight of the present neighbours in what an instance has learned under. */
const NEIGHBOUR_WEIGHT = 0.1;
/** Time in which a peak falls to a third: Finagle's default. */
const PEAK_DECAY_MS = 10_000;
/** Telemetry's mean service time teaches only where no answer has come for this long: it is the same requests, and lacks their sizes. */
const QUIET_MS = 5000;
/** A recent mean of many requests is no surer than this many: they ran under one condition. */
const MOST_TOLD = 10;
/** Normal quantile of 95%. */
const SIGMAS_95 = 1.645;

const FAILED: Readonly<Record<Answer["outcome"], number | undefined>> = {
  ok: 0,
  "client-error": 0,
  "instance-error": 1,
  timeout: 1,
  throttled: THROTTLED_FAILURE,
  // The client's own doing: it says nothing.
  cancelled: undefined,
};

/** The last ten failures tell how long it takes to notice one. */
const FAILED_AFTER_WEIGHT = 0.1;
/** The last twenty requests that met no idle worker tell how the platform serves such. */
const HANDOVER_WEIGHT = 0.05;
/** A request that waited less than this share of a start was served by another's worker. */
const HANDOVER_WAIT_SHARE = 0.5;
const WHOLE_START_SHARE = 0.98;
/** So that what was expected goes on telling whether anything could be handed over. */
const LEAST_HANDOVER_SHARE = 0.05;

/** A request that lost less than this share of its time had a slot at once. */
const DELAYED_SHARE = 0.1;

/** The last four thousand answers of an application tell how common cold starts and waits are. */
const RECENT_KEEP = 1 - 1 / 4000;

/** Learns from one answer: its outcome counts always, its times only when it was served. */
export function learnAnswer(record: InstanceRecord, answer: Answer, isToBlame: boolean, nowMs: number): void {
  record.heardMs = nowMs;
  record.isChanged = true;
  const failed = answer.outcome === "timeout" && !isToBlame ? OUT_OF_TIME_FAILURE : FAILED[answer.outcome];
  if (failed !== undefined) {
    learnFailure(record.failures, failed, nowMs);
    learnFailure(record.pool.failures, failed, nowMs);
  }
  if (answer.outcome === "instance-error" && answer.responseMs > 0) learnFailedAfter(record.pool.application, answer.responseMs);
  if (answer.outcome === "timeout" || answer.outcome === "ok") learnPeak(record, answer.responseMs, nowMs);
  if (answer.outcome === "ok" || answer.outcome === "timeout") countOverflow(record.pool, answer, nowMs);
  if (answer.outcome === "timeout") countSacrifice(record.pool, answer.expectedColdStartMs ?? 0);
  if (answer.outcome !== "ok") return;
  record.answeredMs = nowMs;
  countColdStart(record.pool, answer.coldStartMs);
  learnTimes(record, answer, nowMs);
}

function learnFailedAfter(application: InstanceRecord["pool"]["application"], responseMs: number): void {
  application.failedAfterMs += FAILED_AFTER_WEIGHT * (responseMs - application.failedAfterMs);
}

function learnTimes(record: InstanceRecord, answer: Answer, nowMs: number): void {
  const { sizeBytes, responseMs, serviceMs, coldStartMs, expectedWaitMs } = answer;
  const outsideMs = responseMs - serviceMs - coldStartMs;
  // A wait that was expected cannot be told from the way; a service that was not told is what remains.
  const service = serviceMs > 0 ? serviceMs : outsideMs - expectedWaitMs;
  if (service > 0) {
    learnService(record.pool.service, record.service, sizeBytes, service, 1, nowMs);
    record.learnedNeighbourRatio += NEIGHBOUR_WEIGHT * (record.neighbourRatio - record.learnedNeighbourRatio);
  }
  if (serviceMs > 0 && expectedWaitMs === 0 && outsideMs >= 0) learnTransfer(record.transfer, sizeBytes, outsideMs);
  learnHandover(record, answer.expectedColdStartMs ?? 0, coldStartMs + Math.max(0, outsideMs));
  // What a request waited for a start is all of it only where it met no other: telemetry knows better where it tells.
  if (coldStartMs > 0 && record.toldStarts === 0) {
    learnValue(record.coldStart, coldStartMs, OWN_COLD_WEIGHT);
    learnValue(record.pool.coldStart, coldStartMs, POOL_COLD_WEIGHT);
  }
}

/** A request that waited for part of a start counts as that part of one. */
function countColdStart({ application, coldStart }: InstanceRecord["pool"], coldStartMs: number): void {
  const share = coldStart.mean > 0 ? Math.min(1, coldStartMs / coldStart.mean) : Math.sign(coldStartMs);
  application.coldStarts = application.coldStarts * RECENT_KEEP + share;
}

/** A request that ran out of time while a worker started for it has paid that start too. */
function countSacrifice({ application, coldStart }: InstanceRecord["pool"], expectedMs: number): void {
  if (expectedMs > HANDOVER_WAIT_SHARE * coldStart.mean) application.coldStarts += 1;
}

/** What a request lost: its waits and its cold start; one that ran out of time lost all of that. */
function countOverflow({ application }: InstanceRecord["pool"], answer: Answer, nowMs: number): void {
  const { waitedMs = 0, expectedWaitMs, expectedColdStartMs = 0, coldStartMs, serviceMs, responseMs, outcome } = answer;
  const heldMs = expectedColdStartMs > 0 ? responseMs - serviceMs : coldStartMs;
  const lostMs = waitedMs + (outcome === "timeout" ? responseMs : expectedWaitMs + heldMs);
  application.answers = application.answers * RECENT_KEEP + 1;
  const startMs =
    application.pools.find(({ kind, coldStart }) => kind === "serverless" && coldStart.count > 0)?.coldStart.mean ??
    UNKNOWN_INSTANCE.coldStartMs;
  learnOverflow(application.overflow, lostMs > DELAYED_SHARE * (waitedMs + responseMs), startMs, nowMs);
}

/** Starts of its own are known only after the first one; where nothing could be handed over a whole start was expected. */
function learnHandover({ pool }: InstanceRecord, expectedMs: number, waitedMs: number): void {
  if (pool.coldStart.count === 0 || expectedMs <= 0 || expectedMs >= WHOLE_START_SHARE * pool.coldStart.mean) return;
  const isHandedOver = waitedMs < HANDOVER_WAIT_SHARE * pool.coldStart.mean;
  const share = pool.handoverShare + HANDOVER_WEIGHT * (Number(isHandedOver) - pool.handoverShare);
  pool.handoverShare = Math.max(LEAST_HANDOVER_SHARE, share);
}

function learnPeak(record: InstanceRecord, responseMs: number, nowMs: number): void {
  if (responseMs >= record.peakMs) record.peakMs = responseMs;
  else {
    const left = Math.exp(-Math.max(0, nowMs - record.peakAtMs) / PEAK_DECAY_MS);
    record.peakMs = record.peakMs * left + responseMs * (1 - left);
  }
  record.peakAtMs = nowMs;
}

/** Learns from telemetry: starts that no Report told of, and service times where nothing was answered to us lately. */
export function learnTelemetry(
  record: InstanceRecord,
  node: NodeFacts,
  telemetry: InstanceTelemetry__Output,
  nowMs: number,
): void {
  record.heardMs = nowMs;
  if (node.neighbourCpuRatio !== record.neighbourRatio) {
    record.neighbourRatio = node.neighbourCpuRatio;
    record.isChanged = true;
  }
  const { serviceTime, coldStart } = telemetry;
  if (coldStart !== null && coldStart.count > 0 && coldStart.count !== record.toldStarts) {
    record.toldStarts = coldStart.count;
    learnToldStarts(record, coldStart);
  }
  if (serviceTime === null || serviceTime.count <= 0 || nowMs - record.answeredMs < QUIET_MS) return;
  const { service } = record.pool;
  const bytes = service.meanBytes;
  const count = Math.min(MOST_TOLD, serviceTime.count);
  learnService(service, record.service, bytes, serviceTime.sumMs / serviceTime.count, count, nowMs);
  record.answeredMs = nowMs;
  record.isChanged = true;
}

/** Two values with the mean and the spread of the sketch. */
function learnToldStarts(record: InstanceRecord, sketch: NonNullable<InstanceTelemetry__Output["coldStart"]>): void {
  const mean = sketch.sumMs / sketch.count;
  const high = quantileMs(sketch, 0.95) ?? mean;
  const spread = Math.min(mean, Math.max(0, high - mean) / SIGMAS_95);
  for (const value of [mean - spread, mean + spread]) {
    learnValue(record.coldStart, value, OWN_COLD_WEIGHT);
    learnValue(record.pool.coldStart, value, POOL_COLD_WEIGHT);
  }
  record.isChanged = true;
}
