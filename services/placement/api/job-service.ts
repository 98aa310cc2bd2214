import { createHash, randomBytes } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { Job__Output } from "../../../proto/gen/straightline/v1/Job.js";
import type { JobServiceHandlers } from "../../../proto/gen/straightline/v1/JobService.js";
import type { JobServiceWatchRequest__Output } from "../../../proto/gen/straightline/v1/JobServiceWatchRequest.js";
import type { JobServiceWatchResponse } from "../../../proto/gen/straightline/v1/JobServiceWatchResponse.js";
import type { JobSpec__Output } from "../../../proto/gen/straightline/v1/JobSpec.js";
import { type FieldViolation, invalidRequest, StraightLineError } from "../../common/errors/index.js";
import { ATTRIBUTE, inRpcSpan, rpcAttributes, SPAN, type Tracing } from "../../common/observe/index.js";
import type { Handlers, ServiceBinding } from "../../common/rpc/index.js";
import { straightlineServices } from "../../common/wire/index.js";
import { cancelled, hasEnded, type LiveJobs } from "../jobs/index.js";
import { retryConflicts } from "../state/index.js";
import { readJob } from "./read-job.js";
import { type JobWatchParts, watchJob } from "./watch-job.js";

/** What JobService is made of. */
export interface JobServiceParts extends JobWatchParts, Pick<LiveJobs, "jobBucket" | "artifacts" | "onWritten" | "poke"> {
  readonly handlers: Handlers;
  readonly tracing: Tracing;
  readonly now: () => number;
}

/** So many that of a million jobs of one name no two are likely to have the same. */
const ID_BYTES = 8;

/** straightline.v1.JobService. */
export function jobService(parts: JobServiceParts): ServiceBinding {
  const { jobs, handlers } = parts;
  const requireJob = (jobId: string): Job__Output => {
    const job = jobs.entries.get(jobId)?.value;
    if (job === undefined) throw unknownJob(jobId);
    return job;
  };
  const implementation: JobServiceHandlers = {
    Submit: handlers.unary(async ({ spec, idempotencyKey }, { traceparent }) => {
      return { job: await tracedSubmit(readJob(spec), idempotencyKey, traceparent, parts) };
    }),
    Get: handlers.unary(({ jobId }) => ({ job: requireJob(jobId) })),
    List: handlers.unary(() => {
      const all = [...jobs.entries.values()].map(({ value }) => value);
      return { jobs: all.sort((a, b) => b.submittedAtMs - a.submittedAtMs) };
    }),
    Watch: handlers.serverStream<JobServiceWatchRequest__Output, JobServiceWatchResponse>(async (request, context, send) => {
      requireJob(request.jobId);
      await watchJob(request, parts, context, send);
    }),
    Cancel: handlers.unary(async ({ jobId }) => ({ job: await retryConflicts(() => cancel(jobId, parts)) })),
  };
  return { definition: straightlineServices().JobService.service, implementation };
}

/** The span's own traceparent goes into the record, so that agents go on with the same trace. */
function tracedSubmit(
  spec: JobSpec__Output,
  key: string,
  parent: string | undefined,
  parts: JobServiceParts,
): Promise<Job__Output> {
  const options = {
    role: "server",
    parent,
    attributes: rpcAttributes("JobService/Submit"),
  } as const;
  // Another call with the same key, or, however unlikely, another job of the same id may be faster: what it has stored is looked at then.
  return inRpcSpan(parts.tracing.start(SPAN.jobSubmit, options), async (span) => {
    const job = await retryConflicts(() => submit(spec, key, span.traceparent, parts));
    span.set({ [ATTRIBUTE.job]: job.jobId });
    return job;
  });
}

async function submit(
  spec: JobSpec__Output,
  key: string,
  traceparent: string,
  { jobBucket, jobs, artifacts, poke, now }: JobServiceParts,
): Promise<Job__Output> {
  const job = newJob(jobIdOf(spec.name, key), spec, traceparent, Math.round(now()));
  const before = key === "" ? undefined : await jobBucket.get(job.jobId);
  if (before !== undefined) return sameJob(before.value, spec, key);
  await assertStored(spec, artifacts);
  const revision = await jobBucket.create(job.jobId, job);
  jobs.note({ key: job.jobId, value: job, revision });
  poke();
  return job;
}

/** Whoever has stored them elsewhere hears so at once, not from each attempt. */
async function assertStored({ source, artifacts }: JobSpec__Output, store: JobServiceParts["artifacts"]): Promise<void> {
  const brought = Object.entries(artifacts).map(([name, { digest }]) => ({ field: `spec.artifacts.${name}.digest`, digest }));
  if (source !== null) brought.push({ field: "spec.source.digest", digest: source.digest });
  const faults: FieldViolation[] = [];
  for (const { field, digest } of brought) {
    if (await store.has(digest)) continue;
    const description = `${digest} is not in the object store of this mesh; store it in the mesh's own NATS (straightline job submit --nats)`;
    faults.push({ field, description });
  }
  if (faults.length > 0) throw invalidRequest(faults);
}

/** With a key the id follows from it, so that every replica of placement knows a repeated call. */
function jobIdOf(name: string, key: string): string {
  const bytes = key === "" ? randomBytes(ID_BYTES) : createHash("sha256").update(key).digest().subarray(0, ID_BYTES);
  return `${name}-${bytes.toString("hex")}`;
}

function newJob(jobId: string, spec: JobSpec__Output, traceparent: string, submittedAtMs: number): Job__Output {
  return {
    jobId,
    spec,
    state: "JOB_STATE_PENDING",
    message: "",
    stages: spec.stages.map(({ name }) => {
      return { name, state: "JOB_STATE_PENDING", message: "", attempts: [], metrics: {}, artifacts: {}, notBeforeMs: 0 };
    }),
    submittedAtMs,
    finishedAtMs: 0,
    traceparent,
  };
}

function sameJob(job: Job__Output, spec: JobSpec__Output, key: string): Job__Output {
  if (isDeepStrictEqual(JSON.parse(JSON.stringify(job.spec)), JSON.parse(JSON.stringify(spec)))) return job;
  throw new StraightLineError(
    "IDEMPOTENCY_CONFLICT",
    `idempotency_key: ${JSON.stringify(key)} was used for ${job.jobId}, which asks for something else; choose another key`,
  );
}

async function cancel(jobId: string, { jobBucket, jobs, onWritten, poke, now }: JobServiceParts): Promise<Job__Output> {
  const known = await jobBucket.get(jobId);
  if (known === undefined) throw unknownJob(jobId);
  if (hasEnded(known.value)) return known.value;
  const value = cancelled(known.value, Math.round(now()));
  const revision = await jobBucket.update(jobId, value, known.revision);
  jobs.note({ key: jobId, value, revision });
  onWritten(known.value, value);
  poke();
  return value;
}

function unknownJob(jobId: string): StraightLineError {
  return new StraightLineError(
    "UNKNOWN_JOB",
    `job_id: no job ${JSON.stringify(jobId)}; straightline job list shows those there are`,
  );
}
