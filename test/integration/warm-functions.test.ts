import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { Application } from "../../proto/gen/straightline/v1/Application.js";
import type { ApplicationStatus__Output } from "../../proto/gen/straightline/v1/ApplicationStatus.js";
import type { Assignment, Assignment__Output } from "../../proto/gen/straightline/v1/Assignment.js";
import type { InstanceTelemetry__Output } from "../../proto/gen/straightline/v1/InstanceTelemetry.js";
import { BUCKET, type BusConnection, openBucket } from "../../services/common/bus/index.js";
import { messageCodec } from "../../services/common/wire/index.js";
import { agentConfig, isReady, startTestAgent, testBus, testDirectory, testServerlessDriver } from "../support/agent-harness.js";
import { eventually } from "../support/eventually.js";
import { storeGracefulBundle } from "../support/graceful-bundle.js";
import { skipWithoutNats, startNatsServer } from "../support/nats-server.js";
import { call, nodesSeen, startTestPlacement, type TestPlacement } from "../support/placement-harness.js";

const options = { skip: skipWithoutNats() };
const KEEP_ALIVE_MS = 1500;
const ARRIVAL_EVERY_MS = 40;

function application(artifact: Application["artifact"], version: string, environment: Record<string, string> = {}): Application {
  return {
    name: "app",
    artifact: artifact ?? null,
    implementations: [
      {
        kind: "NODE_KIND_SERVERLESS",
        resources: { cpuMillicores: 1000, memoryBytes: 128 * 1024 ** 2 },
        replicas: 1,
        concurrency: 4,
        keepAliveMs: KEEP_ALIVE_MS,
        environment: { VERSION: version, ...environment },
      },
    ],
    readyPath: "/ready",
    timeoutMs: 20_000,
    rollout: { maxFailedStarts: 2, readyTimeoutMs: 30_000 },
  };
}

async function statusOf({ deployments }: TestPlacement): Promise<ApplicationStatus__Output> {
  const { status } = await call(deployments.Get.bind(deployments), { name: "app" });
  assert.ok(status !== null);
  return status;
}

/** The one function that serves, as placement sees it, once it is as asked. */
function functionBecomes(placement: TestPlacement, what: string, fits: (one: InstanceTelemetry__Output) => boolean) {
  return eventually(
    async () => {
      const ready = (await statusOf(placement)).instances.flatMap(({ telemetry }) => telemetry ?? []).filter(isReady);
      return ready.length === 1 ? ready.find(fits) : undefined;
    },
    { what },
  );
}

function warmWorkers({ function: workers }: InstanceTelemetry__Output): number {
  return (workers?.idleWorkers ?? 0) + (workers?.busyWorkers ?? 0);
}

async function becomes(placement: TestPlacement, phase: string, generation: number): Promise<string> {
  return eventually(
    async () => {
      const { rollout, generation: now } = await statusOf(placement);
      return now === generation && rollout?.phase === `ROLLOUT_PHASE_${phase}` ? `${phase} ${rollout.message}` : undefined;
    },
    { what: `generation ${generation} ${phase}` },
  );
}

/** Asks for placements in a steady beat and never goes there: whatever is warm has been started ahead of a request. */
function startArrivals(placement: TestPlacement) {
  let stopped = false;
  const run = async (): Promise<void> => {
    while (!stopped) {
      const { placementId } = await placement.place({});
      await placement.report(placementId);
      await delay(ARRIVAL_EVERY_MS);
    }
  };
  const running = run();
  return {
    async stop() {
      stopped = true;
      await running;
    },
  };
}

/** Counts writes of assignments, and what each asked to keep warm. */
async function watchWrites(bus: BusConnection) {
  const codec = messageCodec<Assignment, Assignment__Output>("Assignment");
  const asked: number[] = [];
  const bucket = await openBucket(bus, BUCKET.assignments, codec, () => undefined);
  await bucket.watch("*.app.*", (event) => {
    if (event.type === "put") asked.push(event.entry.value.warmWorkers);
  });
  return asked;
}

async function ask({ httpEndpoint }: InstanceTelemetry__Output): Promise<{ version: string; coldStart: string | null }> {
  const response = await fetch(httpEndpoint, { method: "POST", body: "x" });
  return { version: await response.text(), coldStart: response.headers.get("straightline-cold-start-ms") };
}

test("a function shows that it starts, is warm before requests come, and goes to sleep when arrivals end", options, async (t) => {
  await using nats = await startNatsServer();
  await using bus = await testBus(nats.config);
  await using directory = await testDirectory();
  await using placement = await startTestPlacement(nats.config);
  await using _agent = await startTestAgent(agentConfig(nats.config, directory.path), testServerlessDriver(directory.path));
  await nodesSeen(placement, 1);
  const artifact = await storeGracefulBundle(bus);
  await placement.deploy(application(artifact, "one"));
  const asleep = async (what: string) => functionBecomes(placement, what, (one) => warmWorkers(one) === 0);
  await becomes(placement, "COMPLETE", 1);
  const first = await asleep("no worker once it has shown that it starts");
  assert.deepEqual([first.function?.coldStartCount, first.servedCount], [1, 0]);

  await placement.deploy(application(artifact, "broken", { FAIL: "start" }));
  assert.match(await becomes(placement, "ROLLED_BACK", 1), /generation 2 failed: node-1, 2 times: .*3/);
  assert.equal((await asleep("the first revision")).instanceId, first.instanceId);
  const asked = await watchWrites(bus);

  const arrivals = startArrivals(placement);
  const warm = await functionBecomes(placement, "warm workers", (one) => warmWorkers(one) >= 2);
  assert.equal(warm.servedCount, 0);
  assert.deepEqual(await ask(warm), { version: "one", coldStart: null });
  const { implementations } = await statusOf(placement);
  assert.match(implementations[0]?.scaling ?? "", /\/s now, .* expected, .* ms each: \d+ workers kept warm$/);

  await placement.deploy(application(artifact, "two"));
  const next = await functionBecomes(placement, "the next revision", ({ generation }) => generation === 3);
  assert.deepEqual(await ask(next), { version: "two", coldStart: null }, "it took over with a warm worker");

  await becomes(placement, "COMPLETE", 3);

  await arrivals.stop();
  const last = await asleep("no worker once nobody asks");
  assert.equal(last.instanceId, next.instanceId, "no change of the number has restarted it");
  assert.equal(asked.at(-1), 0);
  t.diagnostic(`workers to be kept warm, write by write: ${asked}`);
});
