import assert from "node:assert/strict";
import { test } from "node:test";
import type { Application } from "../../proto/gen/straightline/v1/Application.js";
import type { ApplicationStatus__Output } from "../../proto/gen/straightline/v1/ApplicationStatus.js";
import { createLogger, createMetrics, passThroughTracing } from "../../services/common/observe/index.js";
import { loadGatewayConfig, startGateway } from "../../services/gateway/index.js";
import { agentConfig, startTestAgent, testBus, testDirectory, testVmDriver } from "../support/agent-harness.js";
import { eventually } from "../support/eventually.js";
import { storeGracefulBundle } from "../support/graceful-bundle.js";
import { skipWithoutNats, startNatsServer } from "../support/nats-server.js";
import { call, nodesSeen, startTestPlacement, type TestPlacement } from "../support/placement-harness.js";

const options = { skip: skipWithoutNats() };
const REPLICAS = 4;
const CLIENTS = 4;

function application(
  artifact: Application["artifact"] & object,
  version: string,
  environment: Record<string, string> = {},
): Application {
  return {
    name: "app",
    artifact,
    implementations: [
      {
        kind: "NODE_KIND_VM",
        resources: { cpuMillicores: 100, memoryBytes: 256 * 1024 ** 2 },
        replicas: REPLICAS,
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
    { what: `${wanted} of generation ${generation}`, timeoutMs: 60_000, pollMs: 100 },
  );
}

/** Clients that ask one request after the other until they are stopped. */
function startLoad(url: string) {
  let stopped = false;
  const answers = new Map<string, number>();
  const failures: string[] = [];
  const client = async (): Promise<void> => {
    while (!stopped) {
      const outcome = await fetch(`${url}/v2/models/app/infer`, { method: "POST", body: "x" }).then(
        async (response) => ({ status: response.status, text: await response.text() }),
        (error: unknown) => ({ status: 0, text: String(error) }),
      );
      if (outcome.status === 200) answers.set(outcome.text, (answers.get(outcome.text) ?? 0) + 1);
      else failures.push(`${outcome.status} ${outcome.text}`);
    }
  };
  const clients = Array.from({ length: CLIENTS }, client);
  return {
    answers,
    failures,
    async stop() {
      stopped = true;
      await Promise.all(clients);
    },
  };
}

test(
  "a rolling update, a failed one, a rollback and a drain under load drop no request that may be sent only once",
  options,
  async (t) => {
    await using nats = await startNatsServer();
    await using bus = await testBus(nats.config);
    await using directory = await testDirectory();
    await using placement = await startTestPlacement(nats.config, { args: ["--policy", "least-outstanding"] });
    const artifact = await storeGracefulBundle(bus);
    const agents = [];
    for (const nodeId of ["vm-1", "vm-2"]) {
      const own = `${directory.path}/${nodeId}`;
      const config = agentConfig(nats.config, own, { nodeId, stopGraceMs: 10_000 });
      agents.push(await startTestAgent(config, testVmDriver(own)));
    }
    const gateway = await startGateway({
      config: loadGatewayConfig({ env: {}, args: ["--http-port=0", "--grpc-port=0", `--placement=127.0.0.1:${placement.port}`] }),
      log: createLogger("gateway", "silent"),
      tracing: passThroughTracing(),
      metrics: createMetrics(),
      now: () => performance.now(),
    });
    try {
      await nodesSeen(placement, 2);
      await placement.deploy(application(artifact, "one"));
      await phase(placement, "COMPLETE", 1);
      const load = startLoad(`http://127.0.0.1:${gateway.httpPort}`);
      const answered = (version: string): Promise<unknown> =>
        eventually(() => (load.answers.get(version) ?? 0) > 20, { what: `answers of ${version}`, timeoutMs: 30_000 });
      await answered("one");

      await placement.deploy(application(artifact, "two"));
      await phase(placement, "COMPLETE", 2);
      await answered("two");

      await placement.deploy(application(artifact, "three", { FAIL: "start" }));
      await phase(placement, "ROLLED_BACK", 2);

      const { deployments, fleet } = placement;
      await call(deployments.Rollback.bind(deployments), { name: "app", generation: 1 });
      await phase(placement, "COMPLETE", 1);

      await call(fleet.Drain.bind(fleet), { nodeId: "vm-1" });
      await eventually(async () => (await statusOf(placement)).instances.every(({ nodeId }) => nodeId === "vm-2"), {
        what: "an empty node",
        timeoutMs: 60_000,
        pollMs: 100,
      });
      await load.stop();
      t.diagnostic(`answers ${JSON.stringify([...load.answers])}`);
      assert.deepEqual(load.failures, []);
      assert.deepEqual([...load.answers.keys()], ["one", "two"], "no answer of the revision that failed");
    } finally {
      for (const step of gateway.stopSteps) await step.run();
      for (const agent of agents) await agent.stop();
    }
  },
);
