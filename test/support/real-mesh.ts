import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { ApplicationStatus__Output } from "../../proto/gen/straightline/v1/ApplicationStatus.js";
import { connectPlacement, type PlacementApi } from "../../services/cli/client.js";
import { readyKinds, SAMPLE_APPLICATION, sampleApplication, uploadSample } from "../../services/cli/up/sample.js";
import type { KindToken } from "../../services/common/bus/index.js";
import { createLogger } from "../../services/common/observe/index.js";
import { freePorts } from "../../services/common/ports/index.js";
import { eventually } from "./eventually.js";
import { startNatsServer } from "./nats-server.js";

const CLI = resolve("dist/services/cli/main.js");
const READY_TIMEOUT_MS = 90_000;

/** A process of the mesh. */
export interface MeshProcess {
  readonly name: string;
  /** Of its Prometheus endpoint. */
  readonly metricsPort: number;
  /** All that it has logged. */
  log(): string;
}

/** NATS, placement, gateway and agents as processes of their own, with the sample deployed and ready. */
export interface RealMesh extends AsyncDisposable {
  /** host:port. */
  readonly placementAddress: string;
  readonly gatewayUrl: string;
  /** host:port. */
  readonly gatewayGrpcAddress: string;
  readonly application: string;
  readonly processes: readonly MeshProcess[];
  readonly api: PlacementApi;
}

/** How a mesh is started. */
export interface RealMeshOptions {
  /** Forms of the sample, an agent each. */
  readonly kinds: readonly Exclude<KindToken, "container">[];
  /** For every process, on top of the test's own. */
  readonly env: Readonly<Record<string, string>>;
  /** Whether the VM's instance shows metrics too; it is then among the processes. */
  readonly instanceMetrics?: boolean;
}

/** Starts one; rejects with what the processes have logged when it does not get ready. */
export async function startRealMesh({ kinds, env, instanceMetrics = false }: RealMeshOptions): Promise<RealMesh> {
  const nats = await startNatsServer();
  const directory = await mkdtemp(join(tmpdir(), "straightline-mesh-"));
  const [placementPort, httpPort, grpcPort, instancePort, ...metricsPorts] = (await freePorts("127.0.0.1", 6 + kinds.length)) as [
    ...[number, number, number, number],
    ...number[],
  ];
  const placementAddress = `127.0.0.1:${placementPort}`;
  const { servers } = nats.config;
  const commands = [
    ["placement", "--port", String(placementPort), "--nats", servers, "--frequency-window", "2s"],
    ["gateway", "--http-port", String(httpPort), "--grpc-port", String(grpcPort), "--placement", placementAddress],
    ...kinds.map((kind) => agentCommand(kind, servers, directory)),
  ];
  const children = commands.map((command, at) => startProcess(command, metricsPorts[at] as number, env));
  const api = connectPlacement(placementAddress, { caFile: "", certFile: "", keyFile: "" });
  const end = async (): Promise<void> => {
    api.close();
    await Promise.all(children.map(({ stop }) => stop()));
    await nats[Symbol.asyncDispose]();
    await rm(directory, { recursive: true, force: true, maxRetries: 3 });
  };
  try {
    await deploySample(api, servers, kinds, instanceMetrics ? { STRAIGHTLINE_METRICS_PORT: String(instancePort) } : {});
  } catch (error) {
    await end();
    throw new Error(children.map(({ name, log }) => `== ${name}\n${log()}`).join("\n"), { cause: error });
  }
  return {
    placementAddress,
    gatewayUrl: `http://127.0.0.1:${httpPort}`,
    gatewayGrpcAddress: `127.0.0.1:${grpcPort}`,
    application: SAMPLE_APPLICATION,
    processes: [...children, ...(instanceMetrics ? [{ name: "instance-vm", metricsPort: instancePort, log: () => "" }] : [])],
    api,
    [Symbol.asyncDispose]: end,
  };
}

function agentCommand(kind: KindToken, servers: string, directory: string): string[] {
  return [
    ...["agent", "--kind", kind, "--node-id", `${kind}-1`, "--nats", servers, "--on-stop", "stop"],
    ...["--state-directory", join(directory, kind), "--cache-directory", join(directory, "bundles")],
  ];
}

function startProcess(command: readonly string[], metricsPort: number, env: Readonly<Record<string, string>>) {
  const [program, , kind] = command as [string, ...string[]];
  const child = spawn(process.execPath, [CLI, ...command, "--metrics-port", String(metricsPort)], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, ...env },
  });
  let output = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    output += chunk.toString();
  });
  return {
    name: program === "agent" ? `agent-${kind}` : program,
    metricsPort,
    log: () => output,
    stop: () => stop(child),
  };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  await exited;
}

async function deploySample(
  { deployment, call }: PlacementApi,
  servers: string,
  kinds: readonly KindToken[],
  vmEnvironment: Readonly<Record<string, string>>,
): Promise<void> {
  const bundle = await uploadSample(servers, createLogger("test", "silent"));
  const sample = sampleApplication(bundle, kinds);
  const implementations = (sample.implementations ?? []).map((form) =>
    form.kind === "NODE_KIND_VM" ? { ...form, environment: vmEnvironment } : form,
  );
  await eventually(
    () =>
      call(deployment.deploy.bind(deployment), { application: { ...sample, implementations } }).then(
        () => true,
        () => false,
      ),
    { what: "placement to take the sample", pollMs: 100 },
  );
  const status = async (): Promise<ApplicationStatus__Output | null> =>
    (await call(deployment.get.bind(deployment), { name: SAMPLE_APPLICATION })).status;
  await eventually(async () => readyKinds(await status()).length === kinds.length, {
    what: `the sample as ${kinds.join(", ")}`,
    timeoutMs: READY_TIMEOUT_MS,
    pollMs: 100,
  });
}
