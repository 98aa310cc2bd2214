import type { Bundle, Bundle__Output } from "../../../proto/gen/straightline/v1/Bundle.js";
import type { Job__Output } from "../../../proto/gen/straightline/v1/Job.js";
import { invalidField, StraightLineError } from "../../common/errors/index.js";
import { type JobManifest, type PackedBundle, packPath, readJobManifestFile, toJobSpec } from "../manifest/index.js";
import { formatBytes } from "../output.js";
import { createProgress, type Progress } from "../progress.js";
import { download, type NatsOptions, natsOf, upload, withArtifacts } from "./artifacts.js";
import { type CommandContext, show } from "./context.js";
import { formatJob, formatJobs } from "./job-text.js";
import { watchJob } from "./job-watch.js";

/** Options of `straightline job submit`. */
export interface SubmitOptions extends NatsOptions {
  readonly wait: boolean;
  readonly idempotencyKey: string;
}

/** Options of `straightline job fetch`. */
export interface FetchOptions extends NatsOptions {
  readonly output: string;
}

/** `straightline job submit FILE`: stores what the job brings along, submits it, and follows it. Resolves to the exit code. */
export async function submitJob(context: CommandContext, file: string, options: SubmitOptions): Promise<number | undefined> {
  const manifest = await readJobManifestFile(file);
  const progress = createProgress(process.stderr);
  const spec = toJobSpec(manifest, await storeFolders(file, manifest, options, progress));
  const { jobs, call } = context.api;
  const { job } = await call(jobs.submit.bind(jobs), { spec, idempotencyKey: options.idempotencyKey });
  const submitted = required(job);
  if (options.wait) {
    progress.line(`submitted as ${submitted.jobId}`);
    progress.line(`Ctrl-C ends the watching alone; the job is ended by straightline job cancel ${submitted.jobId}`);
    return watchJob(context, submitted.jobId);
  }
  show(context, submitted, ({ jobId }) => jobId);
  return undefined;
}

async function storeFolders(file: string, { source, artifacts = {} }: JobManifest, options: NatsOptions, progress: Progress) {
  const folders = Object.entries({ ...(source === undefined ? {} : { source }), ...prefixed(artifacts) });
  const stored: Record<string, Bundle> = {};
  // A job that brings nothing along needs the placement service alone.
  if (folders.length === 0) return { source: undefined, artifacts: {} };
  await withArtifacts(natsOf(options), async (store) => {
    for (const [field, path] of folders) {
      await using packed: PackedBundle = await packPath(file, field, path);
      await upload(store, packed, field, progress);
      stored[field] = { digest: packed.digest, sizeBytes: packed.sizeBytes };
    }
  });
  const { source: storedSource, ...rest } = stored;
  return {
    source: storedSource,
    artifacts: Object.fromEntries(Object.entries(rest).map(([field, bundle]) => [field.slice(ARTIFACTS.length), bundle])),
  };
}

const ARTIFACTS = "artifacts.";

/** By the field of the manifest that they stand in. */
function prefixed(artifacts: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(artifacts).map(([name, path]) => [`${ARTIFACTS}${name}`, path]));
}

/** `straightline job list`. */
export async function listJobs(context: CommandContext): Promise<void> {
  const { jobs, call } = context.api;
  show(context, (await call(jobs.list.bind(jobs), {})).jobs, formatJobs);
}

/** `straightline job get ID`. */
export async function getJob(context: CommandContext, jobId: string): Promise<void> {
  show(context, await findJob(context, jobId), formatJob);
}

/** `straightline job cancel ID`. */
export async function cancelJob(context: CommandContext, jobId: string): Promise<void> {
  const { jobs, call } = context.api;
  const { job } = await call(jobs.cancel.bind(jobs), { jobId });
  show(context, required(job), formatJob);
}

/** `straightline job fetch ID ARTIFACT`: writes what a stage has made, packed, to a file. */
export async function fetchArtifact(
  context: CommandContext,
  jobId: string,
  artifact: string,
  options: FetchOptions,
): Promise<void> {
  const job = await findJob(context, jobId);
  const made: Record<string, Bundle__Output> = Object.assign({}, ...job.stages.map(({ artifacts }) => artifacts));
  const found = made[artifact];
  if (found === undefined) {
    const known = Object.keys(made).join(", ") || "none yet";
    throw invalidField("artifact", `job ${jobId} has made no ${JSON.stringify(artifact)}; there are: ${known}`);
  }
  const { digest, sizeBytes } = found;
  const progress = createProgress(process.stderr);
  await withArtifacts(natsOf(options), (store) => download(store, found, options.output, progress));
  show(context, { artifact, digest, file: options.output }, ({ file }) => `${file}  ${formatBytes(sizeBytes)}  ${digest}`);
}

async function findJob({ api }: CommandContext, jobId: string): Promise<Job__Output> {
  const { job } = await api.call(api.jobs.get.bind(api.jobs), { jobId });
  return required(job);
}

function required(job: Job__Output | null): Job__Output {
  if (job === null) throw new StraightLineError("INTERNAL", "an answer without a job");
  return job;
}
