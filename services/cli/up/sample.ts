import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Application } from "../../../proto/gen/straightline/v1/Application.js";
import type { ApplicationStatus__Output } from "../../../proto/gen/straightline/v1/ApplicationStatus.js";
import { connectBus, type KindToken, kindText, kindToWire, openArtifactStore } from "../../common/bus/index.js";
import { StraightLineError } from "../../common/errors/index.js";
import type { Logger } from "../../common/observe/index.js";
import type { PlacementApi } from "../client.js";
import { BUILD_ROOT } from "../daemons.js";

/** Name of the sample application and of its model. */
export const SAMPLE_APPLICATION = "text-orientation";

const MIB = 1024 * 1024;

interface BundleFacts {
  readonly digest: string;
  readonly sizeBytes: number;
}

/** Puts the sample's bundle into the object store. */
export async function uploadSample(natsServers: string, log: Logger): Promise<BundleFacts> {
  const base = join(BUILD_ROOT, "bundles", SAMPLE_APPLICATION);
  const facts = JSON.parse(await readFile(`${base}.json`, "utf8")) as BundleFacts;
  const bus = await connectBus({ servers: natsServers, credentialsFile: "", caFile: "" }, "up", log);
  try {
    await (await openArtifactStore(bus)).put(facts.digest, `${base}.tgz`);
  } finally {
    await bus.drain();
  }
  return facts;
}

/** The sample in the given forms, as its example's manifest describes it. Small limits, so that the demonstration fills them: what it shows is where requests then go. */
export function sampleApplication(bundle: BundleFacts, kinds: readonly KindToken[]): Application {
  const concurrency: Readonly<Record<KindToken, number>> = { vm: 2, container: 4, serverless: 4 };
  return {
    name: SAMPLE_APPLICATION,
    artifact: { bundle },
    implementations: kinds.map((kind) => ({
      kind: kindToWire(kind),
      resources: { cpuMillicores: 1000, memoryBytes: 512 * MIB },
      replicas: 1,
      concurrency: concurrency[kind],
      keepAliveMs: kind === "serverless" ? 30_000 : 0,
    })),
    timeoutMs: 30_000,
    idempotent: true,
    readyPath: "/v2/health/ready",
    statsPath: "/stats",
  };
}

/** Kinds of an application that have a ready instance. */
export function readyKinds(status: ApplicationStatus__Output | null): readonly string[] {
  return status?.implementations.filter((form) => form.ready > 0).map((form) => form.kind) ?? [];
}

/**
 * Waits until `enough` kinds are ready; rejects with START_FAILED, naming what is missing and why, after `timeoutMs`.
 */
export async function waitReady(
  { deployment, call }: PlacementApi,
  enough: number,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<void> {
  const endMs = performance.now() + timeoutMs;
  let missing = "nothing is known of it yet";
  while (performance.now() < endMs && !signal.aborted) {
    const { status } = await call(deployment.get.bind(deployment), { name: SAMPLE_APPLICATION });
    if (readyKinds(status).length >= enough) return;
    missing = missingForms(status);
    await delay(100);
  }
  if (!signal.aborted) {
    throw new StraightLineError("START_FAILED", `the sample is not ready after ${timeoutMs} ms: ${missing}`);
  }
}

function missingForms(status: ApplicationStatus__Output | null): string {
  return (status?.implementations ?? [])
    .filter((form) => form.ready === 0)
    .map((form) => `${kindText(form.kind)}: ${form.message || "is starting"}`)
    .join("; ");
}
