import assert from "node:assert/strict";
import { test } from "node:test";
import type { Driver } from "../../agents/common/index.js";
import type { Application } from "../../proto/gen/straightline/v1/Application.js";
import type { ApplicationStatus__Output } from "../../proto/gen/straightline/v1/ApplicationStatus.js";
import { kindToWire } from "../../services/common/bus/index.js";
import {
  agentConfig,
  startTestAgent,
  testBus,
  testDirectory,
  testServerlessDriver,
  testVmDriver,
} from "../support/agent-harness.js";
import { storeBrokenModel } from "../support/broken-model.js";
import { eventually } from "../support/eventually.js";
import { answered, startGatewayLoad, startTestGateway } from "../support/gateway-load.js";
import { storeGracefulBundle } from "../support/graceful-bundle.js";
import { skipWithoutNats, startNatsServer } from "../support/nats-server.js";
import { call, nodesSeen, startTestPlacement, type TestPlacement, withCode } from "../support/placement-harness.js";

const options = { skip: skipWithoutNats() };
const CLIENTS = 4;

/** A form under test. Containers have a test of their own, with an engine. */
interface FormUnderTest {
  readonly kind: "vm" | "serverless";
  readonly replicas: number;
  readonly driver: (directory: string) => Driver;
}

const FORMS: readonly FormUnderTest[] = [
  { kind: "vm", replicas: 4, driver: testVmDriver },
  { kind: "serverless", replicas: 2, driver: testServerlessDriver },
];

function application(
  { kind, replicas }: FormUnderTest,
  artifact: Application["artifact"] & object,
  version: string,
  environment: Record<string, string> = {},
): Application {
  return {
    name: "app",
    artifact,
    implementations: [
      {
        kind: kindToWire(kind),
        // Enough for a model server to start in its time on a machine that is busy.
        resources: { cpuMillicores: 250, memoryBytes: 256 * 1024 ** 2 },
        replicas,
        concurrency: 8,
        environment: { VERSION: version, WORK_MS: "50", ...environment },
      },
    ],
    timeoutMs: 20_000,
    readyPath: "/ready",
    rollout: { maxFailedStarts: 2 },
  };
}

async function statusOf({ deployments }: TestPlacement): Promise<ApplicationStatus__Output> {
  const { status } = await call(deployments.Get.bind(deployments), { name: "app" });
  assert.ok(status !== null);
  return status;
}

async function phase(placement: TestPlacement, wanted: string, generation: number): Promise<void> {
  await eventually(
    async () => {
      const { rollout, generation: now } = await statusOf(placement);
      return now === generation && rollout?.phase === `ROLLOUT_PHASE_${wanted}`;
    },
    { what: `${wanted} of generation ${generation}`, pollMs: 100 },
  );
}

for (const form of FORMS) {
  test(
    `a rolling update of ${form.kind}, a failed one, a rollback and a drain under load drop no request that may be sent only once`,
    options,
    async (t) => {
      await using nats = await startNatsServer();
      await using bus = await testBus(nats.config);
      await using directory = await testDirectory();
      await using placement = await startTestPlacement(nats.config, { args: ["--policy", "least-outstanding"] });
      const artifact = await storeGracefulBundle(bus);
      const agents = [];
      const nodes = [`${form.kind}-1`, `${form.kind}-2`] as const;
      for (const nodeId of nodes) {
        const own = `${directory.path}/${nodeId}`;
        const config = agentConfig(nats.config, own, { nodeId, stopGraceMs: 10_000 });
        agents.push(await startTestAgent(config, form.driver(own)));
      }
      const gateway = await startTestGateway(placement.port);
      try {
        await nodesSeen(placement, 2);
        await placement.deploy(application(form, artifact, "one"));
        await phase(placement, "COMPLETE", 1);
        await using load = startGatewayLoad(gateway.url, CLIENTS);
        await answered(load, "one");

        await placement.deploy(application(form, artifact, "two"));
        await phase(placement, "COMPLETE", 2);
        await answered(load, "two");

        await placement.deploy(application(form, artifact, "three", { FAIL: "start" }));
        await phase(placement, "ROLLED_BACK", 2);

        const { deployments, fleet } = placement;
        await call(deployments.Rollback.bind(deployments), { name: "app", generation: 1 });
        await phase(placement, "COMPLETE", 1);

        await call(fleet.Drain.bind(fleet), { nodeId: nodes[0] });
        await eventually(async () => (await statusOf(placement)).instances.every(({ nodeId }) => nodeId === nodes[1]), {
          what: "an empty node",
          pollMs: 100,
        });
        await load.stop();
        t.diagnostic(`answers ${JSON.stringify([...load.answers])}`);
        assert.deepEqual(load.failures, []);
        assert.deepEqual([...load.answers.keys()], ["one", "two"], "no answer of the revision that failed");
      } finally {
        await gateway[Symbol.asyncDispose]();
        for (const agent of agents) await agent.stop();
      }
    },
  );

  test(
    `an update of ${form.kind} to a broken model goes back under load, drops no request, and is nothing to go back to`,
    options,
    async (t) => {
      await using nats = await startNatsServer();
      await using bus = await testBus(nats.config);
      await using directory = await testDirectory();
      await using placement = await startTestPlacement(nats.config, { args: ["--policy", "least-outstanding"] });
      const config = agentConfig(nats.config, directory.path, { stopGraceMs: 10_000 });
      await using _agent = await startTestAgent(config, form.driver(directory.path));
      await using gateway = await startTestGateway(placement.port);
      await nodesSeen(placement, 1);
      await placement.deploy(application(form, await storeGracefulBundle(bus), "one"));
      await phase(placement, "COMPLETE", 1);
      await using load = startGatewayLoad(gateway.url, CLIENTS);
      await answered(load, "one");

      await placement.deploy(application(form, await storeBrokenModel(bus), "two"));
      await phase(placement, "ROLLED_BACK", 1);
      const { rollout } = await statusOf(placement);
      assert.match(
        rollout?.message ?? "",
        /^generation 2 failed: node-1, 2 times: the process exited with code 1: model\.json of model "app": input/,
      );
      const before = load.answers.get("one") ?? 0;
      await answered(load, "one", before);
      await load.stop();
      t.diagnostic(`answers ${JSON.stringify([...load.answers])}; ${rollout?.message}`);
      assert.deepEqual(load.failures, []);
      assert.deepEqual([...load.answers.keys()], ["one"]);
      const { deployments } = placement;
      for (const generation of [0, 2]) {
        const going = call(deployments.Rollback.bind(deployments), { name: "app", generation });
        await assert.rejects(going, withCode("NO_EARLIER_REVISION"));
      }
    },
  );
}
