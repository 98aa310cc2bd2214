import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { Client, credentials } from "@grpc/grpc-js";
import { createAuthority, issueCertificate } from "../../services/cli/identity/certificates.js";
import { joinFleet } from "../../services/cli/identity/join.js";
import { createMeshKeys } from "../../services/cli/identity/mesh-keys.js";
import { createLogger, createMetrics, passThroughTracing } from "../../services/common/observe/index.js";
import { type Gateway, loadGatewayConfig, startGateway } from "../../services/gateway/index.js";
import { testBus, testDirectory, testLog } from "../support/agent-harness.js";
import { skipWithoutOpenssl } from "../support/certificates.js";
import { eventually } from "../support/eventually.js";
import { callFront, INFER_PATH } from "../support/front-harness.js";
import { skipWithoutNats, startNatsServer, type TestNatsServer } from "../support/nats-server.js";
import { startTestPlacement, type TestPlacement, testApplication } from "../support/placement-harness.js";
import { runCli } from "../support/run-cli.js";
import { GRPC_MODULE, storeTinyBundle } from "../support/tiny-bundle.js";
import { makeHost, type OtherHost, skipWithoutHosts } from "../support/two-hosts.js";

const AGENT = fileURLToPath(new URL("../../agents/vm/main.js", import.meta.url));
const FRONT_PORT = 7072;
const bytes = (value: Buffer): Buffer => value;

/** NATS, placement and gateway on this host; an agent, started by a test, on another. */
interface TwoHosts extends AsyncDisposable {
  readonly host: OtherHost;
  readonly placement: TestPlacement;
  readonly gatewayUrl: string;
  readonly gatewayGrpc: string;
  readonly certificates: string;
  /** What the agent got by its token. */
  readonly joined: string;
  startAgent(): Promise<void>;
  killAgent(): Promise<void>;
}

async function startTwoHosts(): Promise<TwoHosts> {
  const host = makeHost();
  const directory = await testDirectory();
  const path = (name: string): string => join(directory.path, name);
  createMeshKeys(path("keys"), path("jwt"));
  writeFileSync(path("nats.conf"), 'include "keys/nats-auth.conf"\n');
  const nats: TestNatsServer = await startNatsServer({ configFile: path("nats.conf"), host: host.ours });
  const mesh = { ...nats.config, credentialsFile: path("keys/placement.creds") };
  const args = ["--nats-credentials-file", mesh.credentialsFile, "--join-key-file", path("keys/account.nk")];
  const placement = await startTestPlacement(nats.config, { args });
  createAuthority(path("certs"));
  issueCertificate(path("certs"), "gateway", ["127.0.0.1"]);
  const token = [
    "token",
    "create",
    "--kind",
    "vm",
    "--keys",
    path("keys"),
    "--front-host",
    host.address,
    "--certs",
    path("certs"),
  ];
  writeFileSync(path("token"), (await runCli(token)).stdout);
  const joining = { kind: "vm", nats: nats.config.servers, nodeId: "node-1", caFile: "", tokenFile: path("token") } as const;
  await joinFleet({ ...joining, frontHost: "", out: path("joined") }, testLog);
  {
    await using bus = await testBus(mesh);
    const artifact = { bundle: { digest: await storeTinyBundle(bus), sizeBytes: 1 } };
    const [form] = testApplication(["vm"]).implementations ?? [];
    const resources = { cpuMillicores: 500, memoryBytes: 512 * 1024 ** 2 };
    const implementations = [{ ...form, resources, concurrency: 8, environment: { GRPC_MODULE } }];
    await placement.deploy(testApplication(["vm"], { artifact, implementations }));
  }
  const gateway = await startGatewayFor(placement.port, path("certs"));
  let agent: ChildProcess | undefined;
  const agentArgs = [
    ...["--nats", nats.config.servers, "--nats-credentials-file", path("joined/agent.creds"), "--node-id", "node-1"],
    ...["--state-directory", path("state"), "--cache-directory", path("cache"), "--tick-ms", "200"],
    ...[
      "--front-host",
      "0.0.0.0",
      "--front-advertised-host",
      host.address,
      "--front-client-ca-file",
      path("joined/front-ca.pem"),
    ],
    ...["--front-cert-file", path("joined/front.pem"), "--front-key-file", path("joined/front.key")],
  ];
  const endAgent = async (signal: NodeJS.Signals): Promise<void> => {
    const running = agent;
    agent = undefined;
    if (running === undefined) return;
    const ended = once(running, "exit");
    running.kill(signal);
    await ended;
  };
  const startAgent = async (...more: string[]): Promise<void> => {
    const [program, ...rest] = host.command(process.execPath, AGENT, ...agentArgs, ...more);
    // The command's own process becomes the agent's: `ip netns exec` replaces itself.
    agent = spawn(program, rest, { stdio: "ignore" });
    await once(agent, "spawn");
  };
  return {
    ...{ host, placement, startAgent, certificates: path("certs"), joined: path("joined") },
    gatewayUrl: `http://127.0.0.1:${gateway.httpPort}`,
    gatewayGrpc: `127.0.0.1:${gateway.grpcPort}`,
    killAgent: () => endAgent("SIGKILL"),
    async [Symbol.asyncDispose]() {
      await endAgent("SIGKILL");
      // An agent that stops its instances as it ends, so that none outlives the test.
      const status = path("state/status");
      rmSync(status, { force: true });
      await startAgent("--on-stop", "stop");
      const isBack = (): boolean => existsSync(status) && readFileSync(status, "utf8").trim() === "joined";
      await eventually(isBack, { what: "the agent that stops its instances" }).catch(() => undefined);
      await endAgent("SIGTERM");
      for (const step of gateway.stopSteps) await step.run();
      await placement.stop();
      await nats[Symbol.asyncDispose]();
      host[Symbol.dispose]();
      await directory[Symbol.asyncDispose]();
    },
  };
}

function startGatewayFor(placementPort: number, certificates: string): Promise<Gateway> {
  const front = ["ca-file=ca.pem", "cert-file=gateway.pem", "key-file=gateway.key"].map((arg) => {
    const [key, file] = arg.split("=") as [string, string];
    return `--front-${key}=${join(certificates, file)}`;
  });
  const args = ["--http-port=0", "--grpc-port=0", `--placement=127.0.0.1:${placementPort}`, "--stop-timeout=4s", ...front];
  const config = loadGatewayConfig({ env: {}, args });
  const parts = { log: createLogger("gateway", "silent"), tracing: passThroughTracing(), metrics: createMetrics() };
  return startGateway({ config, ...parts, now: () => performance.now() });
}

/** Resolves once a request would be placed. */
function instanceReady(placement: TestPlacement): Promise<unknown> {
  return eventually(() => placement.place({ dryRun: true }).catch(() => undefined), {
    what: "a ready instance",
  });
}

const skip = skipWithoutOpenssl() || skipWithoutNats() || skipWithoutHosts();

describe("instances on another host", { skip }, () => {
  let mesh: TwoHosts;
  const pid = async (): Promise<string> => (await fetch(`${mesh.gatewayUrl}/apps/app/pid`)).text();
  before(async () => {
    mesh = await startTwoHosts();
    await mesh.startAgent();
    await instanceReady(mesh.placement);
  });
  after(() => mesh[Symbol.asyncDispose]());

  it("are placed by the front's address, which is all that the host opens", async () => {
    const placed = await mesh.placement.place({ dryRun: true });
    assert.equal(placed.httpEndpoint, `https://${mesh.host.address}:${FRONT_PORT}`);
    assert.equal(placed.grpcEndpoint, `${mesh.host.address}:${FRONT_PORT}`);
    assert.deepEqual(mesh.host.listeners(), [`0.0.0.0:${FRONT_PORT}`]);
  });

  it("answer HTTP and gRPC through the gateway", async () => {
    const answer = await fetch(`${mesh.gatewayUrl}/v2/models/app/infer`, { method: "POST", body: "across" });
    assert.equal(answer.status, 200);
    assert.equal(await answer.text(), "across");
    const client = new Client(mesh.gatewayGrpc, credentials.createInsecure());
    const request = Buffer.from([10, 3, ...Buffer.from("app")]);
    const message = await new Promise<Buffer | undefined>((resolve, reject) => {
      client.makeUnaryRequest(INFER_PATH, bytes, bytes, request, { deadline: Date.now() + 10_000 }, (error, response) =>
        error === null ? resolve(response) : reject(error),
      );
    });
    client.close();
    assert.ok(message?.equals(request));
  });

  it("are counted by the front, which tells when its certificate ends", async () => {
    const ask = "fetch('http://127.0.0.1:9472/metrics').then((answer) => answer.text()).then(console.log)";
    const [program, ...args] = mesh.host.command(process.execPath, "--eval", ask);
    const metrics = execFileSync(program, args, { encoding: "utf8", timeout: 20_000 });
    assert.match(
      metrics,
      /^straightline_front_requests_total\{straightline_application="app",straightline_result="passed"\} [1-9]/m,
    );
    const endS = Date.parse(new X509Certificate(readFileSync(join(mesh.joined, "front.pem"))).validTo) / 1000;
    assert.ok(
      metrics.includes(`straightline_certificate_expiry_timestamp_seconds{straightline_certificate_use="front"} ${endS}\n`),
    );
  });

  it("take a body of megabytes", async () => {
    const body = Buffer.alloc(8 * 1024 * 1024, "across ");
    const answer = await fetch(`${mesh.gatewayUrl}/v2/models/app/infer`, { method: "POST", body });
    assert.ok(Buffer.from(await answer.arrayBuffer()).equals(body));
  });

  it("answer whoever has a lease of placement, and nobody else", async () => {
    const { instanceId, leaseToken } = await mesh.placement.place({ leaseToken: true });
    const target = { port: FRONT_PORT, authority: { caFile: join(mesh.certificates, "ca.pem") } };
    const call = (headers: Record<string, string>, tls?: Parameters<typeof callFront>[1]) =>
      callFront(target, tls, { host: mesh.host.address, method: "POST", path: "/anything", headers }, "leased");
    assert.equal((await call({ "straightline-lease": leaseToken })).text, "leased");
    assert.equal((await call({ "straightline-instance": instanceId })).status, 401);
    assert.equal((await call({ "straightline-lease": `${leaseToken}x` })).status, 401);
    assert.equal((await call({ "straightline-lease": leaseToken, "straightline-instance": "other" })).status, 403);
    // A node's own certificate is for its listener alone: it is no client's.
    const own = { certFile: join(mesh.joined, "front.pem"), keyFile: join(mesh.joined, "front.key") };
    assert.equal((await call({ "straightline-instance": instanceId }, own)).status, 401);
  });

  it("are reached again, the same ones, when their agent has been killed and started again", async () => {
    const before = await pid();
    await mesh.killAgent();
    const answer = await fetch(`${mesh.gatewayUrl}/v2/models/app/infer`, {
      method: "POST",
      body: "x",
      headers: { "straightline-deadline-ms": "2000" },
    });
    assert.ok(answer.status === 502 || answer.status === 504, String(answer.status));
    await mesh.startAgent();
    assert.equal(
      await eventually(async () => ((await pid()) === before ? before : undefined), {
        what: "the same instance answers",
      }),
      before,
    );
  });
});
