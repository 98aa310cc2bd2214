export { type ArtifactStore, fileDigest, openArtifactStore } from "./artifacts.js";
export { type Bucket, type BucketEvent, type Entry, openBucket } from "./bucket.js";
export {
  type BusAddress,
  type BusConnection,
  type BusLimits,
  type BusMessage,
  type BusStatus,
  connectBus,
  type Subscription,
} from "./connection.js";
export {
  accountJwt,
  createKeyPair,
  credentialsIssuer,
  credentialsText,
  type KeyPair,
  keyPairOf,
  operatorJwt,
  type Permissions,
  type Revocations,
  readClaims,
  userJwt,
} from "./identity/claims.js";
export { frontSecretOf, openSealedKey } from "./identity/front-seal.js";
export { agentPermissions, DEPLOYER_PERMISSIONS, PLACEMENT_PERMISSIONS } from "./identity/permissions.js";
export { createJoinToken, type FrontPapers, type JoinToken, readJoinToken, type TokenParts } from "./identity/token.js";
export { createJobLogStream, type JobLogPiece, type JobLogs, openJobLogs } from "./job-logs.js";
export { readServers, type ServerList } from "./servers.js";
export { openStoredArtifacts, type StoredArtifacts, type StoredItem } from "./stored-artifacts.js";
export {
  ARRIVALS_SUBJECT,
  assertApplicationName,
  assignmentFilter,
  assignmentKey,
  BUCKET,
  identityKey,
  JOIN_WILDCARD,
  jobRunKey,
  joinSubject,
  KIND_TOKENS,
  type KindToken,
  kindFromWire,
  kindText,
  kindToWire,
  LEAVE_WILDCARD,
  leaveSubject,
  parseJoinSubject,
  parseLeaveSubject,
  parseTelemetrySubject,
  spentTokenKey,
  TELEMETRY_WILDCARD,
  telemetrySubject,
} from "./subjects.js";
