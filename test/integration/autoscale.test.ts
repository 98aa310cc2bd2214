import assert from "node:assert/strict";
import { test } from "node:test";
import type { Application } from "../../proto/gen/straightline/v1/Application.js";
import type { ImplementationStatus__Output } from "../../proto/gen/straightline/v1/ImplementationStatus.js";
import { agentConfig, startTestAgent, testBus, testDirectory, testVmDriver } from "../support/agent-harness.js";
import { eventually } from "../support/eventually.js";
import { storeGracefulBundle } from "../support/graceful-bundle.js";
import { skipWithoutNats, startNatsServer } from "../support/nats-server.js";
import { call, nodesSeen, startTestPlacement, type TestPlacement, withCode } from "../support/placement-harness.js";

const options = { skip: skipWithoutNats() };

function application(artifact: Application["artifact"]): Application {
  return {
    name: "app",
    artifact: artifact ?? null,
    implementations: [
      {
        kind: "NODE_KIND_VM",
        resources: { cpuMillicores: 50, memoryBytes: 128 * 1024 ** 2 },
        replicas: 0,
        autoscale: { min: 0, max: 3, idleMs: 2000 },
      },
    ],
    readyPath: "/ready",
    timeoutMs: 30_000,
  };
}

async function form({ deployments }: TestPlacement): Promise<ImplementationStatus__Output> {
  const { status } = await call(deployments.Get.bind(deployments), { name: "app" });
  const [only] = status?.implementations ?? [];
  assert.ok(only !== undefined);
  return only;
}

test(
  "an application with no instance gets one for the first who waits, more under load, and none once nobody asks",
  options,
  async () => {
    await using nats = await startNatsServer();
    await using bus = await testBus(nats.config);
    await using directory = await testDirectory();
    await using placement = await startTestPlacement(nats.config);
    // Another replica: the first one runs the controller, whoever is asked.
    await using second = await startTestPlacement(nats.config);
    await using _agent = await startTestAgent(agentConfig(nats.config, directory.path), testVmDriver(directory.path));
    await nodesSeen(placement, 1);
    await nodesSeen(second, 1);
    await placement.deploy(application(await storeGracefulBundle(bus)));
    await eventually(async () => (await form(second)).desired === 0, { what: "the application at the other replica" });

    await assert.rejects(
      second.place({ wait: true, deadlineMs: 300 }),
      withCode("DEADLINE_EXCEEDED"),
      "its own deadline bounds the wait",
    );
    const first = await second.place({ wait: true }, 25_000);
    assert.match(first.reason, /; it waited \d+ ms for capacity$/);
    await second.report(first.placementId);
    assert.ok((await form(placement)).desired >= 1);

    const serve = async (): Promise<void> => {
      const { placementId } = await second.place({ wait: true }, 25_000);
      await second.report(placementId);
    };
    await eventually(
      async () => {
        await Promise.all(Array.from({ length: 20 }, serve));
        return (await form(placement)).desired === 3;
      },
      { what: "three instances" },
    );
    const { scaling } = await form(placement);
    assert.match(scaling, /\/s now, .* expected, .* ms each/);

    await eventually(
      async () => {
        const { desired, assigned, ready } = await form(placement);
        return desired + assigned + ready === 0;
      },
      { what: "no instance", pollMs: 200 },
    );
  },
);
