import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it, type TestContext } from "node:test";
import Docker from "dockerode";
import type { StartRequest } from "../../agents/common/index.js";
import { type ContainerDriver, type ContainerDriverOptions, createContainerDriver } from "../../agents/container/index.js";
import { StraightLineError } from "../../services/common/errors/index.js";
import { createLogger, passThroughTracing } from "../../services/common/observe/index.js";
import { type TestEngine, testEngine } from "../support/docker-engine.js";
import { eventually } from "../support/eventually.js";

const MIB = 1024 ** 2;

/** A workload with knobs: tells its environment and its user, burns CPU, eats memory, writes files. */
const SERVER = `
import { createServer } from "node:http";
import { writeFileSync } from "node:fs";
const eaten = [];
const eat = () => { for (let i = 0; i < 64; i++) eaten.push(Buffer.alloc(${MIB}, 1)); setImmediate(eat); };
const burn = () => { const end = Date.now() + 50; while (Date.now() < end); setImmediate(burn); };
const write = (path) => { try { writeFileSync(path, "x"); return "written"; } catch (error) { return error.code; } };
const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url, "http://x");
  if (pathname === "/eat") eat();
  if (pathname === "/burn") burn();
  if (pathname === "/exit") { console.error("it was asked to end"); process.exit(3); }
  if (pathname === "/write") return response.end(write(searchParams.get("path")));
  if (pathname === "/fetch") return fetch(searchParams.get("url")).then((r) => r.text()).then((t) => response.end(t), (e) => response.end(String(e.cause ?? e)));
  response.end(JSON.stringify({ env: process.env, uid: process.getuid(), pid: process.pid }));
});
server.listen(Number(process.env.PORT), process.env.HOST, () => console.log("listening"));
process.once("SIGTERM", () => process.exit(0));
`;

interface Told {
  readonly env: Readonly<Record<string, string>>;
  readonly uid: number;
}

describe("container driver on a real engine", () => {
  const log = createLogger("test", "silent");
  const nodeId = `test-${process.pid}`;
  let engine: TestEngine;
  let directory: string;
  let digest: string;
  let driver: ContainerDriver;
  let count = 0;

  const socketPath = (): string => (engine.type === "engine" ? engine.socketPath : "");
  const newDriver = (changes: Partial<ContainerDriverOptions> = {}): ContainerDriver =>
    createContainerDriver({
      nodeId,
      socketPath: socketPath(),
      advertisedHost: "127.0.0.1",
      pullTimeoutMs: 10_000,
      runtime: process.execPath,
      otlpEndpoint: "",
      now: Date.now,
      tracing: passThroughTracing(),
      log,
      ...changes,
    });
  const request = (changes: Partial<StartRequest> = {}): StartRequest => ({
    instanceId: `${nodeId}-${++count}`,
    application: "app",
    assignment: "app.0",
    generation: 7,
    artifact: { type: "bundle", digest, directory, manifest: { runtime: "node", entrypoint: ["server.mjs"] } },
    limits: { cpuMillicores: 500, memoryBytes: 128 * MIB },
    gpus: 0,
    gpuDevices: [],
    concurrency: 3,
    environment: { GREETING: "hello" },
    payloadLimitBytes: 0,
    keepAliveMs: 0,
    warmWorkers: 0,
    timeoutMs: 30_000,
    readyPath: "/",
    traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    ...changes,
  });
  const skipWithoutEngine = (t: TestContext): boolean => {
    if (engine.type === "none") t.skip(engine.skip);
    return engine.type === "none";
  };

  before(async () => {
    engine = await testEngine();
    directory = await mkdtemp(join(tmpdir(), "straightline-bundle-"));
    await mkdir(join(directory, "lib"));
    await writeFile(join(directory, "server.mjs"), SERVER, { mode: 0o600 });
    digest = `sha256:${createHash("sha256").update(SERVER).update(nodeId).digest("hex")}`;
    driver = newDriver();
  });

  after(async () => {
    await driver.close();
    if (engine.type === "engine") {
      await new Docker({ socketPath: socketPath() })
        .getImage(`straightline/bundle:${digest.slice(7, 31)}`)
        .remove({ force: true });
      await engine.stop();
    }
    await rm(directory, { recursive: true, force: true });
  });

  it("makes an image of a bundle and answers on a published loopback port", async (t) => {
    if (skipWithoutEngine(t)) return;
    const asked = request();
    const [instance, twin] = await Promise.all([driver.deploy(asked), driver.deploy(request())]);
    assert.match(instance.httpEndpoint, /^http:\/\/127\.0\.0\.1:\d+$/);
    assert.match(instance.grpcEndpoint, /^127\.0\.0\.1:\d+$/);
    assert.equal(instance.artifactDigest, digest);
    assert.notEqual(instance.httpEndpoint, twin.httpEndpoint);
    const { env, uid } = (await (await fetchSoon(instance.httpEndpoint)).json()) as Told;
    assert.equal(uid, 65_534);
    assert.equal(env["GREETING"], "hello");
    assert.equal(env["STRAIGHTLINE_MODEL_SERVER_CONCURRENCY"], "3");
    assert.equal(env["TRACEPARENT"], asked.traceparent);
    await Promise.all([driver.stop(instance.instanceId, 1000), driver.stop(twin.instanceId, 1000)]);
  });

  it("confines the workload: read-only but for /tmp, no capabilities, limits set", async (t) => {
    if (skipWithoutEngine(t)) return;
    const instance = await driver.deploy(request());
    await fetchSoon(instance.httpEndpoint);
    assert.equal(await text(`${instance.httpEndpoint}/write?path=/app/x`), "EROFS");
    assert.equal(await text(`${instance.httpEndpoint}/write?path=/tmp/x`), "written");
    const { HostConfig } = await new Docker({ socketPath: socketPath() })
      .getContainer(`straightline-${instance.instanceId}`)
      .inspect();
    assert.deepEqual(HostConfig.CapDrop, ["ALL"]);
    assert.equal(HostConfig.NanoCpus, 500_000_000);
    assert.equal(HostConfig.Memory, 128 * MIB);
    await driver.stop(instance.instanceId, 1000);
  });

  it("measures CPU up to the limit, and memory", async (t) => {
    if (skipWithoutEngine(t)) return;
    const instance = await driver.deploy(request());
    await fetchSoon(instance.httpEndpoint);
    assert.equal((await driver.usage(instance.instanceId))?.cpuMillicores, 0, "nothing is known before a second reading");
    await text(`${instance.httpEndpoint}/burn`);
    await driver.usage(instance.instanceId);
    const readUsage = async () => {
      const read = await driver.usage(instance.instanceId);
      return read !== undefined && read.cpuMillicores > 200 ? read : undefined;
    };
    const usage = await eventually(readUsage, { what: "CPU use", pollMs: 1000 });
    assert.ok(usage.cpuMillicores < 750, `half a core is the limit, ${usage.cpuMillicores} were used`);
    assert.ok(usage.memoryBytes > 5 * MIB && usage.memoryBytes < 128 * MIB, `${usage.memoryBytes} bytes`);
    await driver.stop(instance.instanceId, 0);
    assert.equal(await driver.usage(instance.instanceId), undefined);
  });

  it("reports a workload that the memory limit killed, and tells of it at once", async (t) => {
    if (skipWithoutEngine(t)) return;
    const told = new Promise<void>((resolve) => driver.onChange(resolve));
    assert.equal(await driver.impairment(), undefined);
    const instance = await driver.deploy(request());
    await fetchSoon(instance.httpEndpoint);
    await text(`${instance.httpEndpoint}/eat`).catch(() => "");
    await told;
    const end = await exitOf(driver, instance.instanceId);
    assert.match(end.reason, /more memory than its limit of 134217728 bytes/);
    await driver.stop(instance.instanceId, 0);
    assert.deepEqual(await driver.inspect(instance.instanceId), { state: "absent" });
  });

  it("reports an exit with its code and the last line written", async (t) => {
    if (skipWithoutEngine(t)) return;
    const instance = await driver.deploy(request());
    await fetchSoon(instance.httpEndpoint);
    assert.match(await driver.tail(instance.instanceId, 1000), /^listening\n$/);
    await text(`${instance.httpEndpoint}/exit`).catch(() => "");
    const end = await exitOf(driver, instance.instanceId);
    assert.equal(end.reason, "exited with code 3: it was asked to end");
    await driver.stop(instance.instanceId, 0);
  });

  it("finds again what it runs after the agent has ended, and removes what has ended meanwhile", async (t) => {
    if (skipWithoutEngine(t)) return;
    const [running, ended] = [await driver.deploy(request()), await driver.deploy(request())];
    await Promise.all([fetchSoon(running.httpEndpoint), fetchSoon(ended.httpEndpoint)]);
    await text(`${ended.httpEndpoint}/exit`).catch(() => "");
    await exitOf(driver, ended.instanceId);
    const next = newDriver();
    assert.deepEqual(await next.recover(), [running]);
    assert.deepEqual(await next.inspect(ended.instanceId), { state: "absent" });
    assert.equal((await fetchSoon(running.httpEndpoint)).status, 200);
    await next.stop(running.instanceId, 1000);
    await next.stop(running.instanceId, 1000);
    assert.deepEqual(await next.recover(), []);
    await next.close();
  });

  it("starts without an engine, and stops what an earlier agent left once the engine is there", async (t) => {
    if (skipWithoutEngine(t)) return;
    const left = await driver.deploy(request());
    await fetchSoon(left.httpEndpoint);
    const link = join(directory, "late.sock");
    const late = newDriver({ socketPath: link });
    assert.deepEqual(await late.recover(), []);
    assert.match((await late.impairment()) ?? "", /no container engine on/);
    await symlink(socketPath(), link);
    assert.equal(await late.impairment(), undefined);
    assert.deepEqual(await driver.inspect(left.instanceId), { state: "absent" });
    await late.close();
  });

  it("lets a container reach a trace collector on this machine's loopback", async (t) => {
    if (skipWithoutEngine(t)) return;
    const collector = createServer((_request, response) => response.end("collected"));
    await new Promise<void>((resolve) => collector.listen(0, "127.0.0.1", resolve));
    t.after(() => collector.close());
    const traced = newDriver({ otlpEndpoint: `http://localhost:${(collector.address() as AddressInfo).port}` });
    const instance = await traced.deploy(request());
    const { env } = (await (await fetchSoon(instance.httpEndpoint)).json()) as Told;
    const url = encodeURIComponent(`${env["OTEL_EXPORTER_OTLP_ENDPOINT"]}/v1/traces`);
    assert.equal(await text(`${instance.httpEndpoint}/fetch?url=${url}`), "collected");
    await traced.stop(instance.instanceId, 0);
    await traced.close();
  });

  it("knows the engine's capacity", async (t) => {
    if (skipWithoutEngine(t)) return;
    const capacity = await driver.capacity();
    assert.ok(capacity !== undefined && capacity.cpuMillicores >= 1000 && capacity.memoryBytes > 256 * MIB);
  });

  it("refuses a command, an image that is nowhere and one that does not start, and leaves nothing", async (t) => {
    if (skipWithoutEngine(t)) return;
    const command = { type: "command", argv: ["true"], workingDirectory: "" } as const;
    await assert.rejects(driver.deploy(request({ artifact: command })), hasCode("UNSUPPORTED"));
    const nowhere = { type: "image", reference: "127.0.0.1:9/nowhere", command: [] } as const;
    await assert.rejects(driver.deploy(request({ artifact: nowhere })), hasCode("START_FAILED"));
    const image = `straightline/bundle:${digest.slice(7, 31)}`;
    const unstartable = { type: "image", reference: image, command: ["/no/such/program"] } as const;
    await assert.rejects(driver.deploy(request({ artifact: unstartable })), hasCode("START_FAILED"));
    assert.deepEqual(await driver.recover(), []);
  });

  it("says which socket and what to do when no engine answers", async () => {
    const away = newDriver({ socketPath: "/nowhere/docker.sock" });
    assert.match(
      (await away.impairment()) ?? "",
      /no container engine on \/nowhere\/docker.sock.*STRAIGHTLINE_AGENT_DOCKER_SOCKET/,
    );
    await assert.rejects(away.deploy(request()), hasCode("ENGINE_UNAVAILABLE"));
    assert.equal(await away.capacity(), undefined);
    await away.close();
  });
});

function hasCode(code: string): (error: unknown) => boolean {
  return (error) => error instanceof StraightLineError && error.code === code;
}

async function exitOf(driver: ContainerDriver, instanceId: string): Promise<{ readonly reason: string }> {
  const look = async () => {
    const found = await driver.inspect(instanceId);
    return found.state === "exited" ? found : undefined;
  };
  return eventually(look, { what: `the exit of ${instanceId}` });
}

async function text(url: string): Promise<string> {
  return (await fetch(url)).text();
}

/**
 * A container runs a little before it listens, and until then the engine's proxy takes connections and drops them. The time limit is
 * needed: the fetch of Node 20 waits for ever when a connection is closed in the moment in which it is made.
 */
function fetchSoon(url: string): Promise<Response> {
  return eventually(() => fetch(url, { signal: AbortSignal.timeout(1000) }).catch(() => undefined), {
    what: `an answer of ${url}`,
  });
}
