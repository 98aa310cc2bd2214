import assert from "node:assert/strict";
import { test } from "node:test";
import type { Application } from "../../proto/gen/straightline/v1/Application.js";
import type { Implementation } from "../../proto/gen/straightline/v1/Implementation.js";
import {
  agentConfig,
  startTestAgent,
  testBus,
  testDirectory,
  testServerlessDriver,
  testVmDriver,
} from "../support/agent-harness.js";
import { eventually } from "../support/eventually.js";
import { startTestGateway, type TestGateway } from "../support/gateway-load.js";
import { skipWithoutNats, startNatsServer } from "../support/nats-server.js";
import { call, nodesSeen, startTestPlacement, type TestPlacement } from "../support/placement-harness.js";
import { storeTinyBundle } from "../support/tiny-bundle.js";

const options = { skip: skipWithoutNats() };
const START_MS = 1500;

function application(digest: string, form: Implementation): Application {
  return {
    name: "app",
    artifact: { bundle: { digest, sizeBytes: 1 } },
    implementations: [
      {
        resources: { cpuMillicores: 100, memoryBytes: 128 * 1024 ** 2 },
        environment: { READY_AFTER_MS: String(START_MS) },
        ...form,
      },
    ],
    timeoutMs: 30_000,
  };
}

async function statusOf({ deployments }: TestPlacement) {
  const { status } = await call(deployments.Get.bind(deployments), { name: "app" });
  assert.ok(status !== null);
  return status;
}

async function ask({ url }: TestGateway, deadlineMs?: number) {
  const deadline: Record<string, string> = deadlineMs === undefined ? {} : { "straightline-deadline-ms": String(deadlineMs) };
  const response = await fetch(`${url}/apps/app/echo`, { method: "POST", body: "hello", headers: deadline });
  const header = (name: string) => response.headers.get(`straightline-${name}`) ?? "";
  return { status: response.status, text: await response.text(), header };
}

test("through the gateway, who waits for a first instance is told, and its own deadline bounds the wait", options, async () => {
  await using nats = await startNatsServer();
  await using bus = await testBus(nats.config);
  await using directory = await testDirectory();
  await using placement = await startTestPlacement(nats.config);
  await using gateway = await startTestGateway(placement.port);
  await using _agent = await startTestAgent(agentConfig(nats.config, directory.path), testVmDriver(directory.path));
  await nodesSeen(placement, 1);
  const autoscale = { min: 0, max: 1, idleMs: 60_000 };
  await placement.deploy(application(await storeTinyBundle(bus), { kind: "NODE_KIND_VM", replicas: 0, autoscale }));

  const late = await ask(gateway, 300);
  assert.deepEqual([late.status, late.header("error")], [504, "DEADLINE_EXCEEDED"], late.text);
  const answered = await ask(gateway);
  assert.deepEqual([answered.status, answered.text], [200, "hello"]);
  const waitedMs = Number(/; it waited (\d+) ms for capacity$/.exec(answered.header("reason"))?.[1]);
  assert.ok(waitedMs > 0, answered.header("reason"));
  assert.doesNotMatch((await ask(gateway)).header("reason"), /waited/, "the next one has not waited");
});

test("through the gateway, who pays a function's cold start is told, and its own deadline bounds that too", options, async () => {
  await using nats = await startNatsServer();
  await using bus = await testBus(nats.config);
  await using directory = await testDirectory();
  await using placement = await startTestPlacement(nats.config);
  await using gateway = await startTestGateway(placement.port);
  await using _agent = await startTestAgent(agentConfig(nats.config, directory.path), testServerlessDriver(directory.path));
  await nodesSeen(placement, 1);
  const form: Implementation = { kind: "NODE_KIND_SERVERLESS", replicas: 1, concurrency: 2, keepAliveMs: 500 };
  await placement.deploy(application(await storeTinyBundle(bus), form));
  const asleep = (): Promise<unknown> =>
    eventually(
      async () => {
        const { rollout, instances } = await statusOf(placement);
        const workers = instances[0]?.telemetry?.function;
        return rollout?.phase === "ROLLOUT_PHASE_COMPLETE" && workers?.idleWorkers === 0 && workers.startingWorkers === 0;
      },
      { what: "a function without workers", pollMs: 100 },
    );

  await asleep();
  const cold = await ask(gateway);
  assert.deepEqual([cold.status, cold.text], [200, "hello"]);
  assert.ok(Number(cold.header("cold-start-ms")) >= START_MS, cold.header("cold-start-ms"));
  assert.equal((await ask(gateway)).header("cold-start-ms"), "");

  await asleep();
  const late = await ask(gateway, 300);
  assert.deepEqual([late.status, late.header("error")], [504, "DEADLINE_EXCEEDED"], late.text);
});
