import { join } from "node:path";
import { connectPlacement, type PlacementApi } from "../../../services/cli/client.js";
import { createSupervisor } from "../../../services/cli/up/supervisor.js";
import type { KindToken } from "../../../services/common/bus/index.js";
import { freePorts } from "../../../services/common/ports/index.js";
import { testBus, testDirectory } from "../../support/agent-harness.js";
import { testEngine } from "../../support/docker-engine.js";
import { eventually } from "../../support/eventually.js";
import { startNatsServer } from "../../support/nats-server.js";
import { APPLICATION, storeApplication } from "./application.js";

/** The real mesh, each part a process of its own, with the application ready in every form that can be had here. */
export interface ValidationMesh extends AsyncDisposable {
  readonly gatewayPort: number;
  readonly api: PlacementApi;
  readonly kinds: readonly KindToken[];
}

const START_TIMEOUT_MS = 90_000;

/** Starts it; containers where an engine can be had as for the tests. */
export async function startValidationMesh(thresholds: { readonly F: number; readonly D: number }): Promise<ValidationMesh> {
  const cleanup = new Cleanup();
  try {
    const nats = cleanup.use(await startNatsServer());
    const directory = cleanup.use(await testDirectory());
    const engine = await testEngine();
    if (engine.type === "engine") cleanup.defer(() => engine.stop());
    const [placementPort, gatewayPort, grpcPort] = (await freePorts("127.0.0.1", 3)) as [number, number, number];
    const supervisor = createSupervisor(directory.path, { ...process.env, OTEL_EXPORTER_OTLP_ENDPOINT: "" });
    cleanup.defer(() => supervisor.killAll());
    // The parts are in groups of their own: a Ctrl-C reaches this process alone.
    process.once("exit", () => supervisor.killAll());
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
    cleanup.defer(() => supervisor.stop());
    const bus = cleanup.use(await testBus(nats.config));
    const address = `127.0.0.1:${placementPort}`;
    const { servers } = nats.config;
    supervisor.start("placement", [
      ...["--port", String(placementPort), "--nats", servers, "--policy", "straightline"],
      ...["--f", String(thresholds.F), "--d", String(thresholds.D)],
    ]);
    supervisor.start("gateway", ["--http-port", String(gatewayPort), "--grpc-port", String(grpcPort), "--placement", address]);
    const kinds: KindToken[] = engine.type === "engine" ? ["vm", "container", "serverless"] : ["vm", "serverless"];
    for (const kind of kinds) {
      const own = ["--state-directory", join(directory.path, kind), "--cache-directory", join(directory.path, "bundles")];
      const docker = engine.type === "engine" && kind === "container" ? ["--docker-socket", engine.socketPath] : [];
      supervisor.start(`agent-${kind}`, ["--node-id", `${kind}-0`, "--nats", servers, "--on-stop", "stop", ...own, ...docker]);
    }
    const api = connectPlacement(address, { caFile: "", certFile: "", keyFile: "" });
    cleanup.defer(() => api.close());
    const ready = waitReady(api, await storeApplication(bus, kinds), kinds.length);
    await Promise.race([ready, supervisor.failed]);
    return { gatewayPort, api, kinds, [Symbol.asyncDispose]: () => cleanup.dispose() };
  } catch (error) {
    await cleanup.dispose();
    throw error;
  }
}

async function waitReady({ deployment, fleet, call }: PlacementApi, application: object, forms: number): Promise<void> {
  const nodes = async (): Promise<boolean> => {
    const answer = await call(fleet.listNodes.bind(fleet), {}).catch(() => ({ nodes: [] }));
    return answer.nodes.filter(({ health }) => health === "NODE_HEALTH_FRESH").length >= forms;
  };
  await eventually(nodes, { what: "the agents", timeoutMs: START_TIMEOUT_MS });
  await call(deployment.deploy.bind(deployment), { application });
  const ready = async (): Promise<boolean> => {
    const { status } = await call(deployment.get.bind(deployment), { name: APPLICATION });
    return (status?.implementations ?? []).filter((form) => form.ready > 0).length >= forms;
  };
  await eventually(ready, { what: "the application", timeoutMs: START_TIMEOUT_MS });
}

/** What was started, ended in reverse order. */
class Cleanup {
  readonly #ends: (() => Promise<void> | void)[] = [];

  use<T extends AsyncDisposable>(part: T): T {
    this.defer(async () => part[Symbol.asyncDispose]());
    return part;
  }

  defer(end: () => Promise<void> | void): void {
    this.#ends.push(end);
  }

  async dispose(): Promise<void> {
    for (const end of this.#ends.splice(0).reverse()) await end();
  }
}
