import type { Assignment__Output } from "../../proto/gen/straightline/v1/Assignment.js";
import { assertApplicationName, type KindToken, kindFromWire, kindText } from "../../services/common/bus/index.js";
import { invalidField } from "../../services/common/errors/index.js";
import { parseTraceparent } from "../../services/common/observe/index.js";
import type { WorkloadTerms } from "./driver.js";

/** What an assignment asks for, in the agent's own terms; JSON, since it is kept in the state file. */
export interface Workload extends WorkloadTerms {
  readonly artifact: ArtifactReference;
  /** Empty: the bundle's own, else DEFAULT_READY_PATH. */
  readonly readyPath: string;
  /** Empty: the bundle's own, else none. */
  readonly statsPath: string;
  /** So long it must have been ready before its predecessor goes. */
  readonly minReadyMs: number;
  /** traceparent of the deploy, or empty. */
  readonly traceparent: string;
}

/** An artifact before it has been fetched. */
export type ArtifactReference =
  | { readonly type: "bundle"; readonly digest: string; readonly sizeBytes: number }
  | { readonly type: "image"; readonly reference: string; readonly command: readonly string[] }
  | { readonly type: "command"; readonly argv: readonly string[]; readonly workingDirectory: string };

/** The Open Inference Protocol's readiness path. */
export const DEFAULT_READY_PATH = "/v2/health/ready";
/** Functions take what AWS Lambda takes; the other forms have no limit of their own. */
const DEFAULT_PAYLOAD_LIMIT_BYTES: Readonly<Record<KindToken, number>> = { vm: 0, container: 0, serverless: 6_291_456 };
const DEFAULT_TIMEOUT_MS = 30_000;
const DEFAULT_KEEP_ALIVE_MS = 60_000;

/** An assignment of this node as a workload; throws INVALID_REQUEST when an agent of `kind` cannot make sense of it. */
export function workloadFrom(assignment: Assignment__Output, kind: KindToken): Workload {
  const { application, replica, generation, traceparent, spec, implementation } = assignment;
  assertApplicationName("application", application);
  if (spec === null) throw invalidField("spec", "is missing; deploy the application again");
  if (implementation === null) throw invalidField("implementation", "is missing; deploy the application again");
  if (kindFromWire(implementation.kind) !== kind) {
    throw invalidField("implementation.kind", `must be ${kind} on this node; got ${kindText(implementation.kind)}`);
  }
  return {
    assignment: `${application}.${replica}`,
    application,
    generation,
    artifact: artifactFrom(spec.artifact),
    limits: {
      cpuMillicores: Math.max(0, implementation.resources?.cpuMillicores ?? 0),
      memoryBytes: Math.max(0, implementation.resources?.memoryBytes ?? 0),
    },
    gpus: Math.max(0, implementation.resources?.gpus ?? 0),
    gpuDevices: assignment.gpuDevices,
    concurrency: Math.max(1, implementation.concurrency),
    environment: implementation.environment,
    payloadLimitBytes:
      implementation.payloadLimitBytes > 0 ? implementation.payloadLimitBytes : DEFAULT_PAYLOAD_LIMIT_BYTES[kind],
    keepAliveMs: implementation.keepAliveMs > 0 ? implementation.keepAliveMs : DEFAULT_KEEP_ALIVE_MS,
    warmWorkers: Math.min(Math.max(0, assignment.warmWorkers), Math.max(1, implementation.concurrency)),
    timeoutMs: spec.timeoutMs > 0 ? spec.timeoutMs : DEFAULT_TIMEOUT_MS,
    readyPath: spec.readyPath,
    statsPath: spec.statsPath,
    minReadyMs: Math.max(0, spec.rollout?.minReadyMs ?? 0),
    traceparent: parseTraceparent(traceparent) === undefined ? "" : traceparent,
  };
}

type WireArtifact = NonNullable<Assignment__Output["spec"]>["artifact"];

function artifactFrom(artifact: WireArtifact): ArtifactReference {
  const { bundle, image, command } = artifact ?? {};
  if (bundle) {
    if (/^sha256:[0-9a-f]{64}$/.test(bundle.digest)) return { type: "bundle", ...bundle };
    throw invalidField("spec.artifact.bundle.digest", `must be sha256:<64 hex digits>; got ${JSON.stringify(bundle.digest)}`);
  }
  if (image) return { type: "image", reference: image.reference, command: image.command };
  if (command && command.argv.length > 0) return { type: "command", ...command };
  throw invalidField("spec.artifact", "must be a bundle, an image or a command with at least one word");
}
