import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import {
  createFakeDriver,
  createFakeWorld,
  type Driver,
  type DriverInstance,
  isLogSource,
  isStatsSource,
  type ResolvedArtifact,
  type StartRequest,
  unpackBundle,
} from "../../agents/common/index.js";
import { createWatchdogBackend } from "../../agents/common/process/index.js";
import { createContainerDriver } from "../../agents/container/index.js";
import { createVmDriver } from "../../agents/vm/index.js";
import { passThroughTracing } from "../../services/common/observe/index.js";
import { type TestDirectory, testDirectory, testLog, testServerlessDriver, testVmDriver } from "../support/agent-harness.js";
import { type TestEngine, testEngine } from "../support/docker-engine.js";
import { eventually } from "../support/eventually.js";
import { packTinyBundle } from "../support/tiny-bundle.js";

const MIB = 1024 ** 2;
const GRACE_MS = 2000;
const READY_PATH = "/ready";

/** A driver under test; `create` twice with one directory is an agent that is restarted. */
interface Subject {
  readonly name: string;
  /** Runs a real workload, so that limits, environment and output can be looked at. */
  readonly real: boolean;
  /** A failing workload takes its instance down; a function starts another worker. */
  readonly crashEndsInstance: boolean;
  readonly create: (directory: string) => Driver;
}

const world = createFakeWorld();
let engine: TestEngine = { type: "none", skip: "not looked for yet" };

function containerDriver(directory: string): Driver {
  return createContainerDriver({
    nodeId: `conformance-${directory.slice(-6).toLowerCase()}`,
    socketPath: engine.type === "engine" ? engine.socketPath : "",
    advertisedHost: "127.0.0.1",
    pullTimeoutMs: 10_000,
    runtime: process.execPath,
    otlpEndpoint: "",
    now: Date.now,
    tracing: passThroughTracing(),
    log: testLog,
  });
}

function watchdogDriver(directory: string): Driver {
  return createVmDriver({
    directory: join(directory, "instances"),
    stageDirectory: join(directory, "stage-processes"),
    limits: createWatchdogBackend(),
    host: "127.0.0.1",
    env: process.env,
    otlpEndpoint: "",
    now: Date.now,
  });
}

const SUBJECTS: readonly Subject[] = [
  { name: "fake", real: false, crashEndsInstance: true, create: () => createFakeDriver("vm", {}, world) },
  { name: "vm", real: true, crashEndsInstance: true, create: testVmDriver },
  { name: "vm without control groups", real: true, crashEndsInstance: true, create: watchdogDriver },
  { name: "serverless", real: true, crashEndsInstance: false, create: testServerlessDriver },
  { name: "container", real: true, crashEndsInstance: true, create: containerDriver },
];

for (const subject of SUBJECTS) {
  describe(`driver contract: ${subject.name}`, () => {
    let directory: TestDirectory;
    let driver: Driver;
    let artifact: ResolvedArtifact;
    let count = 0;
    let skip: string | undefined;

    before(async () => {
      if (subject.name === "container") engine = await testEngine();
      skip = subject.name === "container" && engine.type === "none" ? engine.skip : undefined;
      directory = await testDirectory();
      artifact = await unpackTiny(join(directory.path, "bundle"));
      driver = subject.create(directory.path);
      if (skip === undefined) assert.deepEqual(await driver.recover(), []);
    });
    after(async () => {
      await driver.close();
      await directory[Symbol.asyncDispose]();
      if (subject.name === "container" && engine.type === "engine") await engine.stop();
    });

    const behaves = (title: string, applies: boolean, body: () => Promise<void>): void => {
      if (!applies) return;
      it(title, async (t) => (skip === undefined ? body() : t.skip(skip)));
    };
    const request = (changes: Partial<StartRequest> = {}): StartRequest => ({
      instanceId: `app-0-1-${subject.name.replace(/\W/g, "")}-${process.pid}-${++count}`,
      application: "app",
      assignment: "app.0",
      generation: 3,
      artifact,
      limits: { cpuMillicores: 1000, memoryBytes: 160 * MIB },
      gpus: 0,
      gpuDevices: [],
      concurrency: 2,
      environment: { GREETING: "hello" },
      payloadLimitBytes: 0,
      keepAliveMs: 30_000,
      warmWorkers: 0,
      timeoutMs: 10_000,
      readyPath: READY_PATH,
      traceparent: undefined,
      ...changes,
    });
    const ready = async (changes: Partial<StartRequest> = {}): Promise<DriverInstance> => {
      const instance = await driver.deploy(request(changes));
      await eventually(() => answers(instance), { what: "readiness" });
      return instance;
    };

    behaves("an instance that was deployed becomes ready, runs, and carries what it was asked for", true, async () => {
      const instance = await ready();
      assert.equal(instance.application, "app");
      assert.equal(instance.assignment, "app.0");
      assert.equal(instance.generation, 3);
      assert.equal(instance.artifactDigest, artifact.type === "bundle" ? artifact.digest : "");
      assert.deepEqual(await driver.inspect(instance.instanceId), { state: "running" });
      await driver.stop(instance.instanceId, GRACE_MS);
    });

    behaves("two instances of one application do not get in each other's way", true, async () => {
      const [one, two] = await Promise.all([ready(), ready()]);
      assert.notEqual(one.httpEndpoint, two.httpEndpoint);
      await driver.stop(one.instanceId, GRACE_MS);
      assert.ok(await answers(two));
      await driver.stop(two.instanceId, GRACE_MS);
    });

    behaves("a stopped instance is absent, answers no more, and may be stopped again", true, async () => {
      const instance = await ready();
      await driver.stop(instance.instanceId, GRACE_MS);
      assert.deepEqual(await driver.inspect(instance.instanceId), { state: "absent" });
      assert.equal(await answers(instance), false);
      await driver.stop(instance.instanceId, GRACE_MS);
    });

    behaves("an unknown instance is absent, and stopping it does no harm", true, async () => {
      assert.deepEqual(await driver.inspect("nobody"), { state: "absent" });
      await driver.stop("nobody", GRACE_MS);
    });

    behaves("a healthy node has no impairment", true, async () => {
      assert.equal(await driver.impairment(), undefined);
    });

    behaves("a new driver finds again what survives its agent, and nothing else", true, async () => {
      const instance = await ready();
      await driver.close();
      driver = subject.create(directory.path);
      const recovered = await driver.recover();
      if (!driver.capabilities.survivesAgentRestart) {
        assert.deepEqual(recovered, []);
        assert.equal(await answers(instance), false);
        return;
      }
      assert.deepEqual(
        recovered.map(({ instanceId }) => instanceId),
        [instance.instanceId],
      );
      assert.equal(recovered[0]?.generation, 3);
      assert.equal(recovered[0]?.httpEndpoint, instance.httpEndpoint);
      assert.deepEqual(await driver.inspect(instance.instanceId), { state: "running" });
      await driver.stop(instance.instanceId, GRACE_MS);
      assert.equal(await answers(instance), false);
    });

    behaves("a workload gets its own environment, and the concurrency of its form", subject.real, async () => {
      const instance = await ready();
      const environment = (await (await fetch(`${instance.httpEndpoint}/environment`)).json()) as Record<string, string>;
      assert.equal(environment["GREETING"], "hello");
      // A function's worker serves one request at a time, whatever the function's limit is.
      const concurrency = driver.kind === "serverless" ? "1" : "2";
      assert.equal(environment["STRAIGHTLINE_MODEL_SERVER_CONCURRENCY"], concurrency);
      assert.equal(environment["NODE_TEST_CONTEXT"], undefined, "nothing of the agent's own environment leaks");
      await driver.stop(instance.instanceId, GRACE_MS);
    });

    behaves("use of memory is measured where the driver measures", subject.real, async () => {
      const instance = await ready();
      await (await fetch(`${instance.httpEndpoint}/echo`)).text();
      if (!isStatsSource(driver)) return;
      const measured = driver;
      const usage = await eventually(
        async () => {
          const reading = await measured.usage(instance.instanceId);
          return reading !== undefined && reading.memoryBytes > MIB ? reading : undefined;
        },
        { what: "a reading above 1 MiB" },
      );
      assert.ok(usage.memoryBytes < 160 * MIB);
      await driver.stop(instance.instanceId, GRACE_MS);
      assert.equal(await driver.usage(instance.instanceId), undefined);
    });

    behaves("an instance whose workload ends is exited, with the reason", subject.real && subject.crashEndsInstance, async () => {
      const instance = await ready();
      await fetch(`${instance.httpEndpoint}/crash`).catch(() => undefined);
      const reason = await exitReason(driver, instance.instanceId);
      assert.match(reason, /3/);
      if (isLogSource(driver)) assert.equal(typeof (await driver.tail(instance.instanceId, 1000)), "string");
      await driver.stop(instance.instanceId, GRACE_MS);
    });

    behaves("a workload that takes more memory than its limit is ended, and the reason says so", subject.real, async () => {
      const instance = await ready();
      const answer = await fetch(`${instance.httpEndpoint}/eat`).catch(() => undefined);
      if (subject.crashEndsInstance) assert.match(await exitReason(driver, instance.instanceId), /memory/);
      else assert.equal(answer?.status, 502);
      await driver.stop(instance.instanceId, GRACE_MS);
    });

    behaves("a program that cannot run is refused or exits with a reason, and leaves nothing", subject.real, async () => {
      if (!driver.capabilities.artifacts.includes("command")) return;
      const wanted = request({ artifact: { type: "command", argv: ["/nonexistent/program"], workingDirectory: "" } });
      if (!subject.crashEndsInstance) {
        const { httpEndpoint } = await driver.deploy(wanted);
        const answer = await fetch(`${httpEndpoint}/echo`);
        assert.equal(answer.status, 502);
        assert.equal(answer.headers.get("straightline-executed"), "false");
        assert.match(await answer.text(), /no worker could be started: .*nonexistent/);
        await driver.stop(wanted.instanceId, GRACE_MS);
        return;
      }
      const failure = await driver.deploy(wanted).then(
        () => exitReason(driver, wanted.instanceId),
        ({ code }: { code: string }) => code,
      );
      assert.match(failure, /START_FAILED|nonexistent/);
      await driver.stop(wanted.instanceId, GRACE_MS);
      const lost = request({ artifact: { type: "command", argv: ["sleep", "60"], workingDirectory: "/nonexistent" } });
      const message = /there is no working directory \/nonexistent on this node/;
      await assert.rejects(driver.deploy(lost), { code: "START_FAILED", message });
      assert.deepEqual(await driver.inspect(wanted.instanceId), { state: "absent" });
    });

    behaves("an artifact that the driver does not run is refused as unsupported", subject.real, async () => {
      if (driver.capabilities.artifacts.includes("image")) return;
      const image: ResolvedArtifact = { type: "image", reference: "app:1", command: [] };
      await assert.rejects(driver.deploy(request({ artifact: image })), { code: "UNSUPPORTED" });
    });
  });
}

async function unpackTiny(directory: string): Promise<ResolvedArtifact> {
  await using bundle = await packTinyBundle();
  await mkdir(directory);
  await unpackBundle(bundle.file, directory);
  const manifest = { runtime: "node", entrypoint: ["server.mjs"], readyPath: READY_PATH, statsPath: "/stats" } as const;
  return { type: "bundle", digest: bundle.digest, directory, manifest };
}

async function answers({ httpEndpoint }: DriverInstance): Promise<boolean> {
  return fetch(`${httpEndpoint}${READY_PATH}`).then(
    ({ ok }) => ok,
    () => false,
  );
}

async function exitReason(driver: Driver, instanceId: string): Promise<string> {
  return eventually(
    async () => {
      const inspection = await driver.inspect(instanceId);
      return inspection.state === "exited" ? inspection.reason : undefined;
    },
    { what: "the exit" },
  );
}
