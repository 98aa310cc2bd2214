import { BUCKET } from "../../../services/common/bus/index.js";
import { StraightLineError } from "../../../services/common/errors/index.js";
import { withTimeout } from "../../../services/common/lifecycle/index.js";
import {
  ATTRIBUTE,
  messagingAttributes,
  SPAN,
  type TraceSpan,
  type Tracing,
  withSpan,
} from "../../../services/common/observe/index.js";
import type { BundleCache } from "../bundles/index.js";
import type { Driver, ResolvedArtifact } from "../driver.js";
import { DEFAULT_READY_PATH, type Workload } from "../workload.js";
import type { InstancePaths, ManagedInstance } from "./managed.js";
import { type InstanceProbe, isListening } from "./probe.js";
import { cancellable, waitUntilReady } from "./wait-ready.js";

/** What starting an instance needs. */
export interface StartParts {
  readonly nodeId: string;
  readonly driver: Driver;
  readonly bundles: BundleCache;
  readonly probe: InstanceProbe;
  readonly tracing: Tracing;
  readonly startTimeoutMs: number;
  readonly now: () => number;
  /** Called once all is known that a later agent needs, just before the driver is asked. */
  readonly onDeploy: () => void;
}

/** A bundle that does not arrive within this time is tried again later. */
const FETCH_TIMEOUT_MS = 300_000;
const PORT_PROBE_MS = 500;

/**
 * Starts an instance and waits until it is ready. Resolves to the traceparent of its start when that is recorded. Rejects with
 * CANCELLED when the instance is to be stopped meanwhile; whatever the driver started is left for the caller to stop.
 */
export async function startInstance(parts: StartParts, instance: ManagedInstance, parent: string): Promise<string | undefined> {
  const { tracing, driver } = parts;
  const attributes = attributesOf(parts, instance);
  const applied = { ...attributes, ...messagingAttributes("process", BUCKET.assignments) };
  return withSpan(tracing, SPAN.assignmentApply, { role: "consumer", parent, attributes: applied }, async (apply) => {
    instance.traceparent = apply.traceparent;
    const artifact = await withSpan(tracing, SPAN.artifactFetch, { parent: apply.traceparent }, (fetch) =>
      cancellable(resolveArtifact(parts.bundles, instance.workload, fetch), instance.cancel.signal),
    );
    await withSpan(tracing, SPAN.instanceStart, { parent: apply.traceparent, attributes }, async (start) => {
      const step = { parent: start.traceparent };
      Object.assign(instance, pathsOf(instance.workload, artifact));
      parts.onDeploy();
      instance.deployedAtMs = parts.now();
      const running = await withSpan(tracing, SPAN.instanceCreate, step, (create) => {
        return deploy(driver, instance, artifact, create.traceparent);
      });
      instance.running = running;
      await withSpan(tracing, SPAN.instanceReady, step, () => waitReady(parts, instance));
      instance.running = await withoutSilentGrpc(running);
    });
    return apply.recording ? apply.traceparent : undefined;
  });
}

/** Paths to ask an instance on: the application's own, else the bundle's, else the protocol's. */
export function pathsOf(workload: Workload, artifact: ResolvedArtifact): InstancePaths {
  const manifest = artifact.type === "bundle" ? artifact.manifest : undefined;
  return {
    readyPath: workload.readyPath || manifest?.readyPath || DEFAULT_READY_PATH,
    statsPath: workload.statsPath || manifest?.statsPath || "",
  };
}

function attributesOf({ nodeId, driver }: StartParts, { instanceId, workload }: ManagedInstance) {
  return {
    [ATTRIBUTE.node]: nodeId,
    [ATTRIBUTE.kind]: driver.kind,
    [ATTRIBUTE.application]: workload.application,
    [ATTRIBUTE.assignment]: workload.assignment,
    [ATTRIBUTE.instance]: instanceId,
  };
}

async function resolveArtifact(bundles: BundleCache, { artifact }: Workload, span: TraceSpan): Promise<ResolvedArtifact> {
  if (artifact.type !== "bundle") return artifact;
  span.set({ [ATTRIBUTE.artifactDigest]: artifact.digest });
  const bundle = await withTimeout(bundles.get(artifact.digest), FETCH_TIMEOUT_MS, `fetching bundle ${artifact.digest}`);
  const { fetchedBytes } = bundle;
  span.set({
    [ATTRIBUTE.artifactCached]: fetchedBytes === undefined,
    ...(fetchedBytes === undefined ? {} : { [ATTRIBUTE.artifactBytes]: fetchedBytes }),
  });
  return bundle;
}

function deploy(
  driver: Driver,
  { instanceId, workload, readyPath }: ManagedInstance,
  artifact: ResolvedArtifact,
  traceparent: string,
) {
  if (!driver.capabilities.artifacts.includes(artifact.type)) {
    const takes = driver.capabilities.artifacts.join(", ");
    throw new StraightLineError(
      "UNSUPPORTED",
      `a ${driver.kind} node runs ${takes}; the application is given as ${artifact.type}`,
    );
  }
  return driver.deploy({ ...workload, instanceId, artifact, readyPath, traceparent });
}

function waitReady({ driver, probe, startTimeoutMs, now }: StartParts, instance: ManagedInstance): Promise<void> {
  const { instanceId, readyPath, running, cancel } = instance;
  return waitUntilReady({
    timeoutMs: startTimeoutMs,
    now,
    signal: cancel.signal,
    async look() {
      const seen = await probe.readiness(running?.httpEndpoint ?? "", readyPath);
      // That nobody listens yet is part of every start; what was answered last is worth telling, also when a look then goes unanswered.
      if (seen.hasAnswered) instance.lack = seen.lack;
      return seen;
    },
    async endReason() {
      const inspection = await driver.inspect(instanceId);
      if (inspection.state === "running") return undefined;
      return inspection.state === "exited" ? inspection.reason : "it has vanished";
    },
  });
}

/** A workload need not speak gRPC: an endpoint at which nobody listens is not offered to clients. */
async function withoutSilentGrpc<T extends { readonly grpcEndpoint: string }>(running: T): Promise<T> {
  if (running.grpcEndpoint === "" || (await isListening(running.grpcEndpoint, PORT_PROBE_MS))) return running;
  return { ...running, grpcEndpoint: "" };
}
