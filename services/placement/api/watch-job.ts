import { setTimeout as delay } from "node:timers/promises";
import type { JobLog, JobLog__Output } from "../../../proto/gen/straightline/v1/JobLog.js";
import type { JobServiceWatchRequest__Output } from "../../../proto/gen/straightline/v1/JobServiceWatchRequest.js";
import type { JobServiceWatchResponse } from "../../../proto/gen/straightline/v1/JobServiceWatchResponse.js";
import type { CallContext } from "../../common/rpc/index.js";
import { messageCodec } from "../../common/wire/index.js";
import { hasEnded, type LiveJobs } from "../jobs/index.js";

/** What a watch of a job needs. */
export interface JobWatchParts extends Pick<LiveJobs, "jobs" | "jobChanges" | "jobLogs"> {
  /** Aborts when the process stops. */
  readonly stopping: AbortSignal;
}

type Send = (message: JobServiceWatchResponse) => Promise<void>;

/** A reading waits this long for news, and looks then whether the job has ended. */
const READ_WAIT_MS = 1000;
/** Readings that find nothing at once are this far apart at least. */
const PAUSE_MS = 100;

/**
 * Sends a job and its logs, each change and each piece, until the job has ended and all has been sent, or at once all that is there. Rejects
 * with BUS_UNAVAILABLE when NATS goes away; a client goes on after the last sequence it has.
 */
export async function watchJob(
  request: JobServiceWatchRequest__Output,
  parts: JobWatchParts,
  { signal }: Pick<CallContext, "signal">,
  send: Send,
): Promise<void> {
  const ended = new AbortController();
  const any = AbortSignal.any([signal, parts.stopping, ended.signal]);
  try {
    if (request.snapshot) {
      await sendJob(request.jobId, parts, send);
      await sendLogs(request, parts, any, send);
    } else {
      const states = sendStates(request.jobId, parts, any, send);
      const logs = sendLogs(request, parts, any, send).then(() => ended.abort());
      await Promise.all([states, logs]);
      // Its last state comes after its last line.
      if (!signal.aborted) await sendJob(request.jobId, parts, send);
    }
  } finally {
    ended.abort();
  }
}

async function sendJob(jobId: string, { jobs }: JobWatchParts, send: Send): Promise<void> {
  const job = jobs.entries.get(jobId)?.value;
  if (job !== undefined) await send({ job });
}

/** Subscribed before the first state is sent, so that no change falls between. */
async function sendStates(jobId: string, parts: JobWatchParts, signal: AbortSignal, send: Send): Promise<void> {
  const { jobs, jobChanges } = parts;
  const changes = jobChanges.subscribe(signal);
  const sendUnlessEnded = async (): Promise<void> => {
    const job = jobs.entries.get(jobId)?.value;
    if (job !== undefined && !hasEnded(job)) await send({ job });
  };
  try {
    await sendUnlessEnded();
    for await (const changed of changes) if (changed === jobId) await sendUnlessEnded();
  } finally {
    await changes.return?.();
  }
}

/** Agents store what a stage wrote before they tell its end: what is not there after the job's end will not come. */
async function sendLogs(
  { jobId, afterLogSequence, snapshot }: JobServiceWatchRequest__Output,
  { jobs, jobLogs }: JobWatchParts,
  signal: AbortSignal,
  send: Send,
): Promise<void> {
  const codec = messageCodec<JobLog, JobLog__Output>("JobLog");
  for (let after = afterLogSequence; !signal.aborted; ) {
    const job = jobs.entries.get(jobId)?.value;
    const isLast = snapshot || job === undefined || hasEnded(job);
    const pieces = await jobLogs.read(jobId, after, READ_WAIT_MS);
    for (const { sequence, data } of pieces) {
      await send({ log: { ...codec.decode(data), sequence } });
      after = sequence;
    }
    if (pieces.length > 0) continue;
    if (isLast) return;
    await delay(PAUSE_MS);
  }
}
