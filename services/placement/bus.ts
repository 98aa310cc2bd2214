import type { ApplicationRecord, ApplicationRecord__Output } from "../../proto/gen/straightline/v1/ApplicationRecord.js";
import type { Assignment, Assignment__Output } from "../../proto/gen/straightline/v1/Assignment.js";
import type { Job, Job__Output } from "../../proto/gen/straightline/v1/Job.js";
import type { LeaseRecord, LeaseRecord__Output } from "../../proto/gen/straightline/v1/LeaseRecord.js";
import type { NodeRecord, NodeRecord__Output } from "../../proto/gen/straightline/v1/NodeRecord.js";
import type { StageResult, StageResult__Output } from "../../proto/gen/straightline/v1/StageResult.js";
import type { StageRun, StageRun__Output } from "../../proto/gen/straightline/v1/StageRun.js";
import {
  type ArtifactStore,
  BUCKET,
  type Bucket,
  type BusConnection,
  connectBus,
  createJobLogStream,
  type JobLogs,
  openArtifactStore,
  openBucket,
  openJobLogs,
  openStoredArtifacts,
  type StoredArtifacts,
} from "../common/bus/index.js";
import type { NatsConfig } from "../common/config/index.js";
import { StraightLineError } from "../common/errors/index.js";
import type { Logger } from "../common/observe/index.js";
import { messageCodec } from "../common/wire/index.js";
import { onlineBucket } from "./state/index.js";

/** The bus with the buckets that placement keeps. */
export interface PlacementBus {
  readonly connection: BusConnection;
  readonly applications: Bucket<ApplicationRecord, ApplicationRecord__Output>;
  readonly assignments: Bucket<Assignment, Assignment__Output>;
  readonly nodes: Bucket<NodeRecord, NodeRecord__Output>;
  readonly leases: Bucket<LeaseRecord, LeaseRecord__Output>;
  readonly jobs: Bucket<Job, Job__Output>;
  readonly jobRuns: Bucket<StageRun, StageRun__Output>;
  readonly jobResults: Bucket<StageResult, StageResult__Output>;
  readonly jobLogs: JobLogs;
  readonly artifacts: ArtifactStore;
  readonly storedArtifacts: StoredArtifacts;
}

const RETRY_MS = 500;

/** Connects and opens the buckets; tries again until `timeoutMs` is over, then rejects with BUS_UNAVAILABLE. */
export async function openPlacementBus(config: NatsConfig, timeoutMs: number, log: Logger): Promise<PlacementBus> {
  const endMs = performance.now() + timeoutMs;
  for (;;) {
    try {
      return await open(config, log);
    } catch (error) {
      if (performance.now() + RETRY_MS > endMs) throw error;
      log.warn(StraightLineError.from(error).message);
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

async function open(config: NatsConfig, log: Logger): Promise<PlacementBus> {
  const connection = await connectBus(config, "placement", log);
  try {
    const onMalformed = (bucket: string) => (key: string) =>
      log.error({ bucket, key }, "an entry cannot be read; it is passed by");
    const bucket = async <Input extends object, Output>(name: string, message: string) =>
      onlineBucket(connection, await openBucket(connection, name, messageCodec<Input, Output>(message), onMalformed(name)));
    const applications = await bucket<ApplicationRecord, ApplicationRecord__Output>(BUCKET.applications, "ApplicationRecord");
    const assignments = await bucket<Assignment, Assignment__Output>(BUCKET.assignments, "Assignment");
    const nodes = await bucket<NodeRecord, NodeRecord__Output>(BUCKET.nodes, "NodeRecord");
    const leases = await bucket<LeaseRecord, LeaseRecord__Output>(BUCKET.leases, "LeaseRecord");
    const jobs = await bucket<Job, Job__Output>(BUCKET.jobs, "Job");
    const jobRuns = await bucket<StageRun, StageRun__Output>(BUCKET.jobRuns, "StageRun");
    const jobResults = await bucket<StageResult, StageResult__Output>(BUCKET.jobResults, "StageResult");
    // Made here so that agents, which may not make them, find them.
    const artifacts = await openArtifactStore(connection);
    await createJobLogStream(connection);
    const jobLogs = openJobLogs(connection);
    const storedArtifacts = openStoredArtifacts(connection);
    const jobParts = { jobs, jobRuns, jobResults, jobLogs };
    return { connection, applications, assignments, nodes, leases, ...jobParts, artifacts, storedArtifacts };
  } catch (error) {
    await connection.drain();
    throw error;
  }
}
