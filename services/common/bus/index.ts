export { type ArtifactStore, fileDigest, openArtifactStore } from "./artifacts.js";
export { type Bucket, type BucketEvent, type Entry, openBucket } from "./bucket.js";
export { type BusConnection, type BusMessage, type BusStatus, connectBus, type Subscription } from "./connection.js";
export { createJobLogStream, type JobLogPiece, type JobLogs, openJobLogs } from "./job-logs.js";
export { readServers, type ServerList } from "./servers.js";
export {
  ARRIVALS_SUBJECT,
  assertApplicationName,
  assignmentFilter,
  assignmentKey,
  BUCKET,
  jobRunKey,
  KIND_TOKENS,
  type KindToken,
  kindFromWire,
  kindToWire,
  parseTelemetrySubject,
  TELEMETRY_WILDCARD,
  telemetrySubject,
} from "./subjects.js";
