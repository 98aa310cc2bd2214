import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import Docker from "dockerode";
import { createContainerDriver } from "../../agents/container/index.js";
import type { Application } from "../../proto/gen/straightline/v1/Application.js";
import type { ApplicationStatus__Output } from "../../proto/gen/straightline/v1/ApplicationStatus.js";
import { passThroughTracing } from "../../services/common/observe/index.js";
import {
  agentConfig,
  startTestAgent,
  type TestAgent,
  type TestDirectory,
  testBus,
  testDirectory,
  testLog,
} from "../support/agent-harness.js";
import { pidToHang, testEngine } from "../support/docker-engine.js";
import { eventually } from "../support/eventually.js";
import { answered, type GatewayLoad, startGatewayLoad, startTestGateway } from "../support/gateway-load.js";
import { storeGracefulBundle } from "../support/graceful-bundle.js";
import { skipWithoutNats, startNatsServer, type TestNatsServer } from "../support/nats-server.js";
import { call, nodesSeen, startTestPlacement, type TestPlacement, withCode } from "../support/placement-harness.js";

const engine = await testEngine();
const socketPath = engine.type === "none" ? "" : engine.socketPath;
const skip = engine.type === "none" ? engine.skip : skipWithoutNats();
/** Longer than what a start asks the engine first waits for it, 10 s. */
const HANG_MS = 14_000;
const nodeId = `rollout-${process.pid}`;

/** A registry that has no image at all, as the protocol of registries has it. */
async function startEmptyRegistry(): Promise<AsyncDisposable & { readonly address: string }> {
  const missing = JSON.stringify({ errors: [{ code: "MANIFEST_UNKNOWN", message: "manifest unknown" }] });
  const server = createServer(({ url }, response) => {
    response.writeHead(url === "/v2/" ? 200 : 404, { "content-type": "application/json" }).end(url === "/v2/" ? "{}" : missing);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const close = async (): Promise<void> => void server.close().closeAllConnections();
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, [Symbol.asyncDispose]: close };
}

function application(artifact: Application["artifact"] & object, version = "one", fail = ""): Application {
  const resources = { cpuMillicores: 100, memoryBytes: 128 * 1024 ** 2 };
  return {
    ...{ name: "app", artifact, readyPath: "/ready" },
    implementations: [
      {
        ...{ kind: "NODE_KIND_CONTAINER" as const, resources, replicas: 2, concurrency: 8 },
        environment: { VERSION: version, WORK_MS: "20", FAIL: fail },
      },
    ],
    rollout: { maxFailedStarts: 2 },
  };
}

async function becomes({ deployments }: TestPlacement, phase: string, generation = 1): Promise<ApplicationStatus__Output> {
  return eventually(
    async () => {
      const { status } = await call(deployments.Get.bind(deployments), { name: "app" });
      return status?.rollout?.phase === `ROLLOUT_PHASE_${phase}` && status.generation === generation ? status : undefined;
    },
    { what: `a rollout ${phase}`, pollMs: 100 },
  );
}

function startContainerAgent(nats: TestNatsServer, { path }: TestDirectory): Promise<TestAgent> {
  const driver = createContainerDriver({
    ...{ nodeId, socketPath, advertisedHost: "127.0.0.1", pullTimeoutMs: 20_000, runtime: process.execPath },
    ...{ otlpEndpoint: "", now: Date.now, log: testLog, tracing: passThroughTracing() },
  });
  return startTestAgent(agentConfig(nats.config, path, { nodeId, stopGraceMs: 10_000 }), driver);
}

/** Ids and endpoints of what serves. */
function serving({ instances }: ApplicationStatus__Output): { readonly id: string; readonly url: string }[] {
  return instances.flatMap(({ telemetry }) =>
    telemetry?.state === "INSTANCE_STATE_READY" ? [{ id: telemetry.instanceId, url: telemetry.httpEndpoint }] : [],
  );
}

interface Serving {
  readonly placement: TestPlacement;
  readonly artifact: Application["artifact"] & object;
  readonly load: GatewayLoad;
}

/** Runs a test on a mesh in which "one" answers, under load. */
async function whileServing(test: (serving: Serving) => Promise<void>): Promise<void> {
  await using nats = await startNatsServer();
  await using bus = await testBus(nats.config);
  await using directory = await testDirectory();
  await using placement = await startTestPlacement(nats.config, { args: ["--policy", "least-outstanding"] });
  await using _agent = await startContainerAgent(nats, directory);
  await using gateway = await startTestGateway(placement.port);
  await nodesSeen(placement, 1);
  const artifact = await storeGracefulBundle(bus);
  await placement.deploy(application(artifact));
  await becomes(placement, "COMPLETE");
  await using load = startGatewayLoad(gateway.url, 4);
  await answered(load, "one");
  await test({ placement, artifact, load });
}

describe("a rollout of containers on a real engine", { skip }, () => {
  after(async () => {
    if (engine.type === "engine") await engine.stop();
  });

  it("of an image that exists nowhere says so and goes back, and the version before it serves all the time", async () => {
    await using registry = await startEmptyRegistry();
    await using nats = await startNatsServer();
    await using bus = await testBus(nats.config);
    await using directory = await testDirectory();
    await using placement = await startTestPlacement(nats.config);
    await using _agent = await startContainerAgent(nats, directory);
    await nodesSeen(placement, 1);
    await placement.deploy(application(await storeGracefulBundle(bus)));
    const before = serving(await becomes(placement, "COMPLETE"));
    assert.equal(before.length, 2);

    const reference = `${registry.address}/absent:2`;
    await placement.deploy(application({ image: { reference } }));
    const status = await becomes(placement, "ROLLED_BACK");
    const told = new RegExp(`^generation 2 failed: ${nodeId}, 2 times: image ${reference}: .*(unknown|not found)`);
    assert.match(status.rollout?.message ?? "", told);
    assert.deepEqual([status.generation, status.rollout?.failedGeneration], [1, 2]);
    assert.deepEqual(serving(status), before, "nothing of the first version was touched");
    for (const { url } of before) assert.equal(await (await fetch(url)).text(), "one");
    const containers = async () =>
      new Docker({ host: "", socketPath }).listContainers({ all: true, filters: { label: [`straightline.node=${nodeId}`] } });
    assert.equal((await containers()).length, 2, "no container of the second version is left");
  });

  it("goes on once an engine that hung is back: its node was there all the time, and no start counts as failed", async (t) => {
    const pid = pidToHang(engine);
    if (pid === undefined) return t.skip("the engine is not the test's own to make it hang");
    await whileServing(async ({ placement, artifact, load }) => {
      process.kill(pid, "SIGSTOP");
      const seen = new Set<string>();
      try {
        await placement.deploy(application(artifact, "two"));
        for (const endMs = performance.now() + HANG_MS; performance.now() < endMs; await delay(100)) {
          const { node } = await call(placement.fleet.GetNode.bind(placement.fleet), { nodeId });
          seen.add(`${node?.health} ${node?.telemetry?.impairment}`);
        }
      } finally {
        process.kill(pid, "SIGCONT");
      }
      await becomes(placement, "COMPLETE", 2);
      await answered(load, "two");
      await load.stop();
      t.diagnostic(`answers ${JSON.stringify([...load.answers])}; ${[...seen].join("; ")}`);
      assert.deepEqual(load.failures, []);
      assert.deepEqual(
        [...seen].filter((state) => !state.startsWith("NODE_HEALTH_FRESH ")),
        [],
      );
      assert.ok([...seen].some((state) => state.includes("asking the engine took longer than")));
    });
  });

  it("to a new version under load, and to one that ends at its start, drops no request", async (t) => {
    await whileServing(async ({ placement, artifact, load }) => {
      await placement.deploy(application(artifact, "two"));
      await becomes(placement, "COMPLETE", 2);
      await answered(load, "two");
      await placement.deploy(application(artifact, "three", "start"));
      const { rollout } = await becomes(placement, "ROLLED_BACK", 2);
      assert.match(rollout?.message ?? "", new RegExp(`^generation 3 failed: ${nodeId}, 2 times: .*exited with code 3`));
      await load.stop();
      t.diagnostic(`answers ${JSON.stringify([...load.answers])}; ${rollout?.message}`);
      assert.deepEqual(load.failures, []);
      assert.deepEqual([...load.answers.keys()], ["one", "two"]);
      const { deployments } = placement;
      const forward = call(deployments.Rollback.bind(deployments), { name: "app", generation: 3 });
      await assert.rejects(
        forward,
        withCode("INVALID_REQUEST", ({ message }) => assert.match(message, /must be one of 1; got 3/)),
      );
    });
  });
});
