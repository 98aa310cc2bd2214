import type { NodeKind } from "../../../proto/gen/straightline/v1/NodeKind.js";
import { invalidField } from "../errors/index.js";

/** A node kind as it stands in subjects, on the command line and in headers. */
export type KindToken = "vm" | "container" | "serverless";

/** Every kind, in the order in which they are listed. */
export const KIND_TOKENS: readonly KindToken[] = ["vm", "container", "serverless"];

const WIRE: Readonly<Record<KindToken, NodeKind>> = {
  vm: "NODE_KIND_VM",
  container: "NODE_KIND_CONTAINER",
  serverless: "NODE_KIND_SERVERLESS",
};

/** The wire's enum value of a kind. */
export function kindToWire(kind: KindToken): NodeKind {
  return WIRE[kind];
}

/** The kind of a wire value; undefined for NODE_KIND_UNSPECIFIED and for values of a newer version. */
export function kindFromWire(kind: NodeKind | undefined): KindToken | undefined {
  return KIND_TOKENS.find((token) => WIRE[token] === kind);
}

/** A kind as people read it; what is none of them as it stands. */
export function kindText(kind: NodeKind | undefined): string {
  return kindFromWire(kind) ?? String(kind);
}

/** Throws INVALID_REQUEST unless `name` can be an application's name. */
export function assertApplicationName(field: string, name: string): void {
  if (/^[a-z][a-z0-9-]{0,62}$/.test(name)) return;
  throw invalidField(field, `must be 1 to 63 of a-z, 0-9 and '-', starting with a letter; got ${JSON.stringify(name)}`);
}

const TELEMETRY = "straightline.v1.telemetry";

/** Where the agent of a node publishes. */
export function telemetrySubject(kind: KindToken, nodeId: string): string {
  return `${TELEMETRY}.${kind}.${nodeId}`;
}

/** Every node's telemetry. */
export const TELEMETRY_WILDCARD = `${TELEMETRY}.*.*`;

/** Kind and node of a telemetry subject; undefined for any other subject. */
export function parseTelemetrySubject(subject: string): { kind: KindToken; nodeId: string } | undefined {
  const [kind, nodeId] = lastTwo(subject, TELEMETRY);
  return kind === undefined || nodeId === undefined ? undefined : { kind, nodeId };
}

const JOIN = "straightline.v1.join";

/** Where the holder of a token asks for credentials. */
export function joinSubject(kind: KindToken, tokenId: string): string {
  return `${JOIN}.${kind}.${tokenId}`;
}

/** Every token's question. */
export const JOIN_WILDCARD = `${JOIN}.*.*`;

/** Kind and token of a join subject; undefined for any other subject. */
export function parseJoinSubject(subject: string): { kind: KindToken; tokenId: string } | undefined {
  const [kind, name] = lastTwo(subject, JOIN);
  return kind === undefined || name === undefined ? undefined : { kind, tokenId: name };
}

const LEAVE = "straightline.v1.leave";

/** Where an agent that is uninstalled gives its id back. */
export function leaveSubject(kind: KindToken, nodeId: string): string {
  return `${LEAVE}.${kind}.${nodeId}`;
}

/** Every node's leaving. */
export const LEAVE_WILDCARD = `${LEAVE}.*.*`;

/** Kind and node of a leave subject; undefined for any other subject. */
export function parseLeaveSubject(subject: string): { kind: KindToken; nodeId: string } | undefined {
  const [kind, name] = lastTwo(subject, LEAVE);
  return kind === undefined || name === undefined ? undefined : { kind, nodeId: name };
}

/** The kind and the name that follow a prefix. */
function lastTwo(subject: string, prefix: string): [KindToken | undefined, string | undefined] {
  if (!subject.startsWith(`${prefix}.`)) return [undefined, undefined];
  const [kindText, name, ...more] = subject.slice(prefix.length + 1).split(".");
  if (more.length > 0 || name === "") return [undefined, undefined];
  return [KIND_TOKENS.find((token) => token === kindText), name];
}

/** Where replicas of placement tell each other what has arrived. */
export const ARRIVALS_SUBJECT = "straightline.v1.arrivals";

/** KV buckets and the object store. */
export const BUCKET = {
  applications: "applications",
  assignments: "assignments",
  nodes: "nodes",
  leases: "leases",
  identities: "identities",
  artifacts: "artifacts",
  jobs: "jobs",
  jobRuns: "job-runs",
  jobResults: "job-results",
} as const;

/** Key of the identity of a node. */
export function identityKey(nodeId: string): string {
  return `node.${nodeId}`;
}

/** Key of a spent token. */
export function spentTokenKey(tokenId: string): string {
  return `token.${tokenId}`;
}

/** Key of an assignment. */
export function assignmentKey(nodeId: string, application: string, replica: number): string {
  return `${nodeId}.${application}.${replica}`;
}

/** Filter for all assignments of a node. */
export function assignmentFilter(nodeId: string): string {
  return `${nodeId}.>`;
}

/** Key of one attempt at a stage of a job. */
export function jobRunKey(nodeId: string, jobId: string, stage: string, attempt: number): string {
  return `${nodeId}.${jobId}.${stage}.${attempt}`;
}

/** The JetStream stream of what stages write. */
export const JOB_LOG_STREAM = "JOB_LOGS";

const JOB_LOGS = "straightline.v1.joblogs";

/** Every subject of JOB_LOG_STREAM. */
export const JOB_LOG_WILDCARD = `${JOB_LOGS}.>`;

/** Where the agent of a node publishes what one attempt writes. */
export function jobLogSubject(runKey: string): string {
  return `${JOB_LOGS}.${runKey}`;
}

/** Logs of a job, whatever node its stages ran on. */
export function jobLogFilter(jobId: string): string {
  return `${JOB_LOGS}.*.${jobId}.>`;
}
