import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Bundle } from "../../proto/gen/straightline/v1/Bundle.js";
import type { Job__Output } from "../../proto/gen/straightline/v1/Job.js";
import type { JobServiceWatchRequest } from "../../proto/gen/straightline/v1/JobServiceWatchRequest.js";
import type { JobServiceWatchResponse__Output } from "../../proto/gen/straightline/v1/JobServiceWatchResponse.js";
import type { JobStage } from "../../proto/gen/straightline/v1/JobStage.js";
import { packFolder } from "../../services/common/archive/index.js";
import { type BusConnection, openArtifactStore } from "../../services/common/bus/index.js";
import { eventually } from "./eventually.js";
import { call, type TestPlacement } from "./placement-harness.js";

/** A stage that runs a shell script; small limits. */
export function shellStage(name: string, script: string, changes: JobStage = {}): JobStage {
  return {
    name,
    command: ["/bin/sh", "-ec", script],
    resources: { cpuMillicores: 100, memoryBytes: 128 * 1024 ** 2 },
    timeoutMs: 30_000,
    ...changes,
  };
}

/** Files as a folder in the object store. */
export async function storeFolder(bus: BusConnection, files: Readonly<Record<string, string>>): Promise<Bundle> {
  const directory = await mkdtemp(join(tmpdir(), "straightline-job-"));
  try {
    const folder = await mkdtemp(join(directory, "folder-"));
    for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
    const packed = join(directory, "packed.tgz");
    const bundle = await packFolder(folder, packed);
    await (await openArtifactStore(bus)).put(bundle.digest, packed);
    return bundle;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Submits a job of the name `job`; resolves to its id. */
export async function submitJob({ jobs }: TestPlacement, stages: readonly JobStage[], spec: object = {}): Promise<string> {
  const { job } = await call(jobs.Submit.bind(jobs), { spec: { name: "job", stages: [...stages], ...spec } });
  return job?.jobId ?? "";
}

/** A job as it stands. */
export async function getJob({ jobs }: TestPlacement, jobId: string): Promise<Job__Output> {
  const { job } = await call(jobs.Get.bind(jobs), { jobId });
  if (job === null) throw new Error("an answer without a job");
  return job;
}

/** Waits until a job is as it should be. */
export function jobWhen(
  placement: TestPlacement,
  jobId: string,
  what: string,
  fits: (job: Job__Output) => boolean,
): Promise<Job__Output> {
  return eventually(
    async () => {
      const job = await getJob(placement, jobId);
      return fits(job) ? job : undefined;
    },
    { what },
  );
}

/** Node and state of each attempt at a job's first stage. */
export function attemptsOf({ stages }: Job__Output): readonly (readonly [nodeId: string, state: string])[] | undefined {
  return stages[0]?.attempts.map(({ nodeId, state }) => [nodeId, state] as const);
}

/** Waits for a job's end. */
export function jobEnded(placement: TestPlacement, jobId: string): Promise<Job__Output> {
  return jobWhen(placement, jobId, `the end of ${jobId}`, ({ finishedAtMs }) => finishedAtMs > 0);
}

/** What a watch has told. */
export interface Watched {
  readonly jobs: Job__Output[];
  /** By <stage>.<attempt>. */
  readonly logs: Record<string, string>;
  readonly lastSequence: number;
}

/** Watches until the service ends the stream. */
export async function watchJob({ jobs }: TestPlacement, request: JobServiceWatchRequest): Promise<Watched> {
  const stream = jobs.Watch(request, { deadline: Date.now() + 60_000 });
  const watched: { jobs: Job__Output[]; logs: Record<string, string>; lastSequence: number } = {
    jobs: [],
    logs: {},
    lastSequence: 0,
  };
  for await (const { job, log } of stream as AsyncIterable<JobServiceWatchResponse__Output>) {
    if (job) watched.jobs.push(job);
    if (!log) continue;
    const key = `${log.stage}.${log.attempt}`;
    watched.logs[key] = (watched.logs[key] ?? "") + log.data.toString("utf8");
    watched.lastSequence = log.sequence;
  }
  return watched;
}
