import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { after, afterEach, before, describe, it } from "node:test";
import { Client, credentials, Metadata, type ServiceError, status } from "@grpc/grpc-js";
import type { DriverInstance, FunctionStats, ResolvedArtifact, StartRequest } from "../../agents/common/index.js";
import { processIdentity } from "../../agents/common/process/index.js";
import { createMetrics, METRIC } from "../../services/common/observe/index.js";
import { type TestDirectory, testDirectory, testServerlessDriver } from "../support/agent-harness.js";
import { eventually } from "../support/eventually.js";
import { series } from "../support/metric-series.js";
import { GRPC_MODULE, TINY_SERVER } from "../support/tiny-bundle.js";

const TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

describe("a local function", () => {
  let directory: TestDirectory;
  let driver: ReturnType<typeof testServerlessDriver>;
  const metrics = createMetrics();
  let count = 0;
  const deployed: string[] = [];

  before(async () => {
    directory = await testDirectory();
    driver = testServerlessDriver(directory.path, metrics);
  });
  afterEach(async () => {
    for (const instanceId of deployed.splice(0)) await driver.stop(instanceId, 0);
  });
  after(async () => {
    await driver.close();
    await directory[Symbol.asyncDispose]();
  });

  const artifact: ResolvedArtifact = {
    type: "command",
    argv: [process.execPath, "--input-type=module", "-e", TINY_SERVER],
    workingDirectory: "",
  };
  const deploy = async (changes: Partial<StartRequest> = {}): Promise<DriverInstance> => {
    const instanceId = `fn-${++count}`;
    deployed.push(instanceId);
    return driver.deploy({
      instanceId,
      application: "app",
      assignment: "app.0",
      generation: 1,
      artifact,
      limits: { cpuMillicores: 0, memoryBytes: 0 },
      gpus: 0,
      gpuDevices: [],
      concurrency: 2,
      environment: {},
      payloadLimitBytes: 100_000,
      keepAliveMs: 30_000,
      warmWorkers: 0,
      timeoutMs: 10_000,
      readyPath: "/ready",
      traceparent: undefined,
      ...changes,
    });
  };
  const stats = ({ instanceId }: DriverInstance): FunctionStats => driver.functionStats(instanceId) as FunctionStats;
  const get = (one: DriverInstance, path: string, init?: RequestInit): Promise<Response> =>
    fetch(`${one.httpEndpoint}${path}`, init);
  const text = async (one: DriverInstance, path: string): Promise<string> => (await get(one, path)).text();

  it("is ready without a worker, and starts one for the first request, whose answer tells the cold start", async () => {
    const one = await deploy();
    assert.equal((await get(one, "/ready")).status, 200);
    assert.equal(stats(one).coldStartCount, 0);
    const cold = await get(one, "/pid");
    assert.ok(Number(cold.headers.get("straightline-cold-start-ms")) > 10);
    const warm = await get(one, "/pid");
    assert.equal(warm.headers.get("straightline-cold-start-ms"), null);
    assert.equal(await cold.text(), await warm.text(), "the same worker");
    const { coldStartCount, servedCount, idleWorkers, billedMs } = stats(one);
    assert.deepEqual({ coldStartCount, servedCount, idleWorkers }, { coldStartCount: 1, servedCount: 2, idleWorkers: 1 });
    assert.ok(billedMs >= 2);
  });

  it("gives each worker one request at a time, and refuses one more than there may be workers", async () => {
    const one = await deploy();
    const answers = await Promise.all([1, 2, 3].map(() => get(one, "/slow?ms=300")));
    assert.deepEqual(answers.map((answer) => answer.status).sort(), [200, 200, 429]);
    const refused = answers.find((answer) => answer.status === 429);
    assert.equal(refused?.headers.get("straightline-executed"), "false");
    assert.match(await (refused as Response).text(), /all 2 workers of the function are busy/);
    const pids = new Set(answers.map((answer) => answer.headers.get("x-pid")).filter((pid) => pid !== null));
    assert.equal(pids.size, 2, "two workers");
    assert.equal(await text(one, "/most"), "1");
    assert.equal(stats(one).throttledCount, 1);
  });

  it("gives a waiting request the worker that is free first, be it a new one or one set free", async () => {
    const one = await deploy({ environment: { READY_AFTER_MS: "2500" } });
    const warm = await text(one, "/pid");
    const busy = get(one, "/slow?ms=100");
    await eventually(() => stats(one).busyWorkers === 1, { what: "the busy worker" });
    const second = await get(one, "/pid");
    assert.equal(await second.text(), warm, "it did not wait for the new worker");
    assert.equal(second.headers.get("straightline-cold-start-ms"), null);
    await (await busy).text();
    await eventually(() => stats(one).idleWorkers === 2, { what: "the new worker, idle" });
  });

  it("stops a worker that has been idle for its keep-alive", async () => {
    const one = await deploy({ keepAliveMs: 150 });
    const pid = Number(await text(one, "/pid"));
    assert.ok(processIdentity(pid));
    await eventually(() => stats(one).idleWorkers === 0, { what: "the end of the idle worker" });
    await eventually(() => processIdentity(pid) === undefined, { what: "the end of its process" });
    await text(one, "/pid");
    assert.equal(stats(one).coldStartCount, 2);
  });

  it("is ready once a worker is, where workers are to be kept warm, and follows their number without a restart", async () => {
    const one = await deploy({ warmWorkers: 2, keepAliveMs: 150, environment: { READY_AFTER_MS: "500" } });
    assert.equal((await get(one, "/ready")).status, 503);
    await eventually(async () => (await get(one, "/ready")).status === 200, { what: "a ready function" });
    await eventually(() => stats(one).idleWorkers === 2, { what: "two warm workers" });
    const answer = await get(one, "/pid");
    assert.equal(answer.headers.get("straightline-cold-start-ms"), null);
    const pid = Number(await answer.text());
    await eventually(() => stats(one).idleWorkers === 2, { what: "its return" });
    driver.keepWarm(one.instanceId, 0);
    await eventually(() => stats(one).idleWorkers === 0, { what: "the end of both, once their keep-alive is over" });
    await eventually(() => processIdentity(pid) === undefined, { what: "the end of its process" });
    driver.keepWarm(one.instanceId, 1);
    await eventually(() => stats(one).idleWorkers === 1, { what: "a warm worker again" });
    assert.equal(stats(one).servedCount, 1);
  });

  it("tells why it is not ready, where no worker that is to be warm starts", async () => {
    const argv = [process.execPath, "-e", "process.exit(3)"];
    const one = await deploy({ warmWorkers: 1, artifact: { type: "command", argv, workingDirectory: "" } });
    const found = await eventually(
      async () => {
        const inspection = await driver.inspect(one.instanceId);
        return inspection.state === "exited" ? inspection : undefined;
      },
      { what: "the reason" },
    );
    assert.match(found.reason, /3/);
  });

  it("streams bodies both ways", async () => {
    const one = await deploy({ payloadLimitBytes: 0 });
    const body = Buffer.alloc(5_000_000, "straightline");
    const answer = await get(one, "/echo", { method: "POST", body });
    assert.ok(Buffer.from(await answer.arrayBuffer()).equals(body));
    const first = httpRequest(`${one.httpEndpoint}/echo`, { method: "POST" });
    first.write("part one");
    const [response] = await once(first, "response");
    assert.equal(String((await once(response, "data"))[0]), "part one", "before the body has ended");
    first.end("part two");
    assert.equal(String((await once(response, "data"))[0]), "part two");
  });

  it("refuses a body above the limit, by its length or as it comes, and keeps the worker", async () => {
    const one = await deploy();
    const announced = await get(one, "/echo", { method: "POST", body: Buffer.alloc(100_001) });
    assert.equal(announced.status, 413);
    assert.match(await announced.text(), /at most 100000 bytes/);
    assert.equal(stats(one).coldStartCount, 0, "no worker was started for it");

    const chunked = httpRequest(`${one.httpEndpoint}/slow?ms=2000`, { method: "POST" });
    chunked.on("error", () => undefined);
    chunked.write(Buffer.alloc(60_000));
    chunked.write(Buffer.alloc(60_000));
    const [response] = await once(chunked, "response");
    assert.equal(response.statusCode, 413);
    assert.equal(response.headers["straightline-executed"], "false");
    response.resume();
    chunked.destroy();
    assert.equal((await get(one, "/pid")).status, 200);
    assert.equal(stats(one).coldStartCount, 1, "the worker was kept");
    assert.equal(stats(one).failedCount, 0);
  });

  it("is counted by OpenTelemetry's names for functions, from 0 on", async () => {
    const one = await deploy({ application: "counted" });
    const counts = () =>
      [METRIC.functionInvocations, METRIC.functionColdStarts, METRIC.functionErrors, METRIC.functionTimeouts].map(
        (metric) => series(metrics, metric)["counted"],
      );
    assert.deepEqual(counts(), [0, 0, 0, 0]);
    await (await get(one, "/pid")).text();
    await (await get(one, "/pid")).text();
    assert.deepEqual(counts(), [2, 1, 0, 0]);
    assert.equal((await get(one, "/slow?ms=5000", { headers: { "straightline-deadline-ms": "500" } })).status, 504);
    assert.deepEqual(counts(), [2, 1, 1, 1]);
    const [used, usedSeconds] = series(metrics, METRIC.functionDuration)["counted"] as [number, number];
    assert.equal(used, 3);
    assert.ok(usedSeconds > 0, `${usedSeconds} s, of which the one that was cut off took half a second`);
    const [started] = series(metrics, METRIC.functionInitDuration)["counted"] as [number, number];
    assert.equal(started, 1);
  });

  it("answers 504 when the time is over, and ends the worker", async () => {
    const one = await deploy({ timeoutMs: 500 });
    const pid = Number(await text(one, "/pid"));
    const late = await get(one, "/slow?ms=5000");
    assert.equal(late.status, 504);
    assert.match(await late.text(), /did not answer within 500 ms/);
    await eventually(() => processIdentity(pid) === undefined, { what: "the end of the worker" });
    assert.equal(stats(one).failedCount, 1);
    const hurried = await get(one, "/slow?ms=5000", { headers: { "straightline-deadline-ms": "60" } });
    assert.equal(hurried.status, 504, "the caller's own deadline");
    const wrong = await get(one, "/pid", { headers: { "straightline-deadline-ms": "soon" } });
    assert.equal(wrong.status, 400);
  });

  it("answers 502 when the worker crashes, and serves the next request with another", async () => {
    const one = await deploy();
    assert.equal((await get(one, "/crash")).status, 502);
    assert.equal((await get(one, "/pid")).status, 200);
    assert.equal(stats(one).failedCount, 1);
    const { lastError } = stats(one);
    assert.match(lastError, /the worker ended before it had answered/);
  });

  it("takes another worker when an idle one has died", async () => {
    const one = await deploy();
    const pid = Number(await text(one, "/pid"));
    process.kill(pid, "SIGKILL");
    // A process whose first thread has ended may hold its sockets a moment longer; once it is reaped it holds none.
    await eventually(() => !existsSync(`/proc/${pid}`), { what: "the end of the worker" });
    const answer = await get(one, "/pid");
    assert.equal(answer.status, 200);
    assert.notEqual(Number(await answer.text()), pid);
    assert.equal(stats(one).failedCount, 0);
  });

  it("keeps a worker busy until it has finished, though the client has left", async () => {
    const one = await deploy({ concurrency: 1 });
    await text(one, "/pid");
    const { hostname, port } = new URL(one.httpEndpoint);
    const client = connect(Number(port), hostname);
    client.write("GET /slow?ms=400 HTTP/1.1\r\nHost: x\r\n\r\n");
    await eventually(() => stats(one).busyWorkers === 1, { what: "the busy worker" });
    client.destroy();
    assert.equal((await get(one, "/pid")).status, 429, "still busy");
    await eventually(() => stats(one).idleWorkers === 1, { what: "the free worker" });
    assert.equal(await text(one, "/most"), "1");
    assert.equal(stats(one).coldStartCount, 1);
  });

  it("frees a worker whose client left in the middle of its body", async () => {
    const one = await deploy({ concurrency: 1 });
    const client = httpRequest(`${one.httpEndpoint}/slow?ms=0`, { method: "POST", headers: { "content-length": 50_000 } });
    client.on("error", () => undefined);
    client.write("only a beginning");
    await eventually(() => stats(one).busyWorkers === 1, { what: "the busy worker" });
    client.destroy();
    await eventually(() => stats(one).idleWorkers === 1, { what: "the free worker" });
    assert.equal(stats(one).failedCount, 0);
  });

  it("passes the trace on to the worker, its tracestate only where it goes on", async () => {
    const one = await deploy();
    const answer = await get(one, "/echo", { headers: { traceparent: TRACEPARENT, tracestate: "a=1" } });
    assert.match(answer.headers.get("x-traceparent") ?? "", /^00-0af7651916cd43dd8448eb211c80319c-/);
    assert.equal(answer.headers.get("x-tracestate"), "a=1");
    const anew = await get(one, "/echo", { headers: { tracestate: "a=1" } });
    assert.equal(anew.headers.get("x-tracestate"), "");
  });

  it("lets a request finish while it is stopped, and refuses new ones", async () => {
    const one = await deploy();
    const under = get(one, "/slow?ms=300");
    await eventually(() => stats(one).busyWorkers === 1, { what: "the busy worker" });
    const stopped = driver.stop(one.instanceId, 2000);
    assert.equal((await get(one, "/pid")).status, 503);
    assert.equal((await under).status, 200);
    await stopped;
    assert.deepEqual(await driver.inspect(one.instanceId), { state: "absent" });
  });

  describe("over gRPC", () => {
    const infer = (one: DriverInstance, message: Buffer, timeoutMs = 10_000, headers: Record<string, string> = {}) =>
      new Promise<{ readonly answer?: Buffer; readonly error?: ServiceError; readonly initial: Metadata }>((resolve) => {
        const client = new Client(one.grpcEndpoint, credentials.createInsecure());
        const same = (bytes: Buffer): Buffer => bytes;
        let initial = new Metadata();
        const metadata = new Metadata();
        for (const [key, value] of Object.entries(headers)) metadata.set(key, value);
        const path = "/inference.GRPCInferenceService/ModelInfer";
        const options = { deadline: Date.now() + timeoutMs };
        const call = client.makeUnaryRequest(path, same, same, message, metadata, options, (error, answer) => {
          client.close();
          resolve({ initial, ...(error === null ? {} : { error }), ...(answer === undefined ? {} : { answer }) });
        });
        call.on("metadata", (received: Metadata) => {
          initial = received;
        });
      });

    it("passes messages through as bytes, with the cold start in the initial metadata", async () => {
      const one = await deploy({ environment: { GRPC_MODULE } });
      const message = Buffer.from("any bytes, no protobuf");
      const { answer, initial } = await infer(one, message);
      assert.deepEqual(answer, message);
      assert.ok(Number(initial.get("straightline-cold-start-ms")[0]) > 10);
      const warm = await infer(one, message);
      assert.deepEqual(warm.initial.get("straightline-cold-start-ms"), []);
      assert.equal(stats(one).servedCount, 2);
    });

    it("passes tracestate on only where the trace goes on", async () => {
      const one = await deploy({ environment: { GRPC_MODULE } });
      const seen = async (headers: Record<string, string>) =>
        (await infer(one, Buffer.from("any"), 10_000, { ...headers, tracestate: "a=1" })).initial.get("x-tracestate");
      assert.deepEqual(await seen({ traceparent: TRACEPARENT }), ["a=1"]);
      assert.deepEqual(await seen({ traceparent: "00-none-01" }), []);
    });

    it("refuses what is too large, and more calls than workers, as not executed", async () => {
      const one = await deploy({ environment: { GRPC_MODULE }, concurrency: 1 });
      const large = await infer(one, Buffer.alloc(100_001));
      assert.equal(large.error?.code, status.INVALID_ARGUMENT);
      const answers = await Promise.all([infer(one, Buffer.alloc(1)), infer(one, Buffer.alloc(1))]);
      const refused = answers.find(({ error }) => error !== undefined)?.error;
      assert.equal(refused?.code, status.RESOURCE_EXHAUSTED);
      assert.deepEqual(refused?.metadata.get("straightline-executed"), ["false"]);
    });

    it("says so when the function does not speak gRPC, and keeps its worker", async () => {
      const one = await deploy();
      const { error } = await infer(one, Buffer.alloc(1));
      assert.equal(error?.code, status.UNIMPLEMENTED);
      assert.equal(stats(one).idleWorkers, 1);
    });
  });

  it("leaves no file when it is gone", async () => {
    const one = await deploy();
    await text(one, "/pid");
    await driver.stop(one.instanceId, 0);
    const { readdirSync } = await import("node:fs");
    assert.deepEqual(readdirSync(join(directory.path, "workers")), []);
  });
});
