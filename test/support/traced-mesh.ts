import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createCommandRunner } from "../../services/cli/provision/index.js";
import { loadUpConfig } from "../../services/cli/up/config.js";
import { type Mesh, startMesh, type Undo } from "../../services/cli/up/mesh.js";
import { createTracing, type Tracing } from "../../services/common/observe/index.js";
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
  readonly placementAddress: string;
  stop(): Promise<void>;
}

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
    const client = await createTracing({ serviceName: "client", otlpEndpoint: jaeger.otlpEndpoint, sampleRatio: 1 });
    undo.push(() => client.shutdown());
    return {
      ...{ mesh, jaeger, client, stop },
      gatewayUrl: `http://127.0.0.1:${httpPort}`,
      grpcAddress: `127.0.0.1:${grpcPort}`,
      placementAddress: `127.0.0.1:${placementPort}`,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
