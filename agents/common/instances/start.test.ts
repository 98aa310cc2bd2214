import assert from "node:assert/strict";
import { test } from "node:test";
import { passThroughTracing } from "../../../services/common/observe/index.js";
import { createFakeDriver } from "../fake-driver.js";
import type { Workload } from "../workload.js";
import { newInstance } from "./managed.js";
import type { Readiness } from "./probe.js";
import { startInstance } from "./start.js";

const WORKLOAD: Workload = {
  ...{ application: "app", assignment: "app.0", generation: 1, traceparent: "" },
  artifact: { type: "command", argv: ["true"], workingDirectory: "/" },
  limits: { cpuMillicores: 0, memoryBytes: 0 },
  ...{ gpus: 0, gpuDevices: [], concurrency: 1, environment: {}, payloadLimitBytes: 0 },
  ...{ keepAliveMs: 0, warmWorkers: 0, timeoutMs: 0, minReadyMs: 0 },
  ...{ readyPath: "/ready", statsPath: "" },
};
const REFUSED: Readiness = { isReady: false, hasAnswered: false, lack: "GET /ready does not answer (ECONNREFUSED)" };
const UNREADY: Readiness = { isReady: false, hasAnswered: true, lack: "GET /ready answered 503" };
const READY: Readiness = { isReady: true, hasAnswered: true, lack: "" };

test("an instance that starts tells what it answered last, also while it does not answer", async () => {
  const looks = [REFUSED, UNREADY, REFUSED, READY];
  const told: string[] = [];
  const instance = newInstance(WORKLOAD, 0);
  const probe = {
    async readiness() {
      told.push(instance.lack);
      return looks[told.length - 1] as Readiness;
    },
    stats: () => Promise.resolve(undefined),
    close: () => Promise.resolve(),
  };
  const driver = createFakeDriver("vm");
  const bundles = { get: () => assert.fail("a command needs no bundle"), keep: () => Promise.resolve() };
  const parts = { nodeId: "node-1", driver, bundles, probe, tracing: passThroughTracing(), startTimeoutMs: 10_000 };
  await startInstance({ ...parts, now: Date.now, onDeploy: () => undefined }, instance, "");
  await driver.stop(instance.instanceId, 0);
  assert.deepEqual(told, ["", "", UNREADY.lack, UNREADY.lack]);
  assert.equal(instance.lack, "", "it is ready");
});
