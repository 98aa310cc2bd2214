import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Application } from "../../proto/gen/straightline/v1/Application.js";
import type { PlacementApi } from "../../services/cli/client.js";
import { createCommandRunner } from "../../services/cli/provision/index.js";
import { loadUpConfig } from "../../services/cli/up/config.js";
import { type Mesh, startMesh, type Undo } from "../../services/cli/up/mesh.js";
import { SAMPLE_APPLICATION, sampleApplication, uploadSample, waitReady } from "../../services/cli/up/sample.js";
import type { KindToken } from "../../services/common/bus/index.js";
import { createLogger, createTracing, type TraceSpan, type Tracing, withSpan } from "../../services/common/observe/index.js";
import { freePorts } from "../../services/common/ports/index.js";
import type { TestEngine } from "./docker-engine.js";
import { startTestJaeger, type TestJaeger } from "./jaeger.js";

/** A whole mesh of real processes that sends its traces to a real Jaeger. */
export interface TracedMesh {
  readonly mesh: Mesh;
  readonly jaeger: TestJaeger;
  /** Of a service that calls the mesh inside its own traces. */
  readonly client: Tracing;
  readonly gatewayUrl: string;
  readonly grpcAddress: string;
  /** Deploys the sample in all forms inside a trace of the client's; gives its id. */
  deploySample(): Promise<string>;
  /** Sends an image to one form, over HTTP, inside a trace of the client's; gives its id. */
  infer(kind: KindToken, image: Buffer): Promise<string>;
  stop(): Promise<void>;
}

const DEPLOY_TIMEOUT_MS = 120_000;

/** Starts it on free ports; `engine` must be there. Stops what it has started when it fails. */
export async function startTracedMesh(engine: TestEngine & { type: "engine" }): Promise<TracedMesh> {
  const undo: Undo[] = [];
  const stop = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const jaeger = await startTestJaeger();
    undo.push(async () => jaeger[Symbol.asyncDispose]());
    const runDirectory = await mkdtemp(join(tmpdir(), "straightline-traced-"));
    undo.push(() => rm(runDirectory, { recursive: true, force: true, maxRetries: 3 }));
    const [placementPort, httpPort, grpcPort] = (await freePorts("127.0.0.1", 3)) as [number, number, number];
    const args = [
      ...["--no-install", "--docker-socket", engine.socketPath, "--otlp-endpoint", jaeger.otlpEndpoint],
      ...["--placement-port", String(placementPort), "--http-port", String(httpPort), "--grpc-port", String(grpcPort)],
    ];
    const env = process.env;
    const options = { env, runDirectory, runner: createCommandRunner(env), confirm: undefined, say: () => undefined };
    const signal = new AbortController().signal;
    const mesh = await startMesh({ ...options, config: loadUpConfig(args, {}), signal }, (step) => undo.push(step));
    mesh.failed.catch(() => undefined);
    const client = await createTracing({
      resource: { "service.name": "client" },
      otlpEndpoint: jaeger.otlpEndpoint,
      sampleRatio: 1,
    });
    undo.push(() => client.shutdown());
    const gatewayUrl = `http://127.0.0.1:${httpPort}`;
    return {
      ...{ mesh, jaeger, client, gatewayUrl, stop },
      grpcAddress: `127.0.0.1:${grpcPort}`,
      async deploySample() {
        const bundle = await uploadSample(mesh.natsServers, createLogger("test", "silent"));
        return traced(client, "client.deploy", (span) => deploy(mesh.api, sampleApplication(bundle, mesh.kinds), span));
      },
      infer: (kind, image) => traced(client, "client.request", (span) => infer(gatewayUrl, kind, image, span)),
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Runs work in a trace of its own; gives the trace's id. */
export async function traced(tracing: Tracing, name: string, work: (span: TraceSpan) => Promise<unknown>): Promise<string> {
  return withSpan(tracing, name, { role: "client" }, async (span) => {
    await work(span);
    return span.traceId;
  });
}

async function deploy(api: PlacementApi, application: Application, { traceparent }: TraceSpan): Promise<void> {
  await api.call(api.deployment.deploy.bind(api.deployment), { application }, { traceparent });
  const forms = application.implementations?.length ?? 0;
  await waitReady(api, forms, DEPLOY_TIMEOUT_MS, new AbortController().signal);
}

async function infer(url: string, kind: KindToken, image: Buffer, { traceparent, traceId }: TraceSpan): Promise<void> {
  const answer = await fetch(`${url}/v2/models/${SAMPLE_APPLICATION}/infer`, {
    method: "POST",
    headers: { "content-type": "image/png", "straightline-kinds": kind, traceparent },
    body: image,
  });
  assert.equal(answer.status, 200, await answer.text());
  assert.equal(answer.headers.get("straightline-trace-id"), traceId);
  assert.equal(answer.headers.get("straightline-kind"), kind);
}
