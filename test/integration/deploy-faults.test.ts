import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { createFakeDriver } from "../../agents/common/fake-driver.js";
import type { Application } from "../../proto/gen/straightline/v1/Application.js";
import type { ApplicationStatus__Output } from "../../proto/gen/straightline/v1/ApplicationStatus.js";
import type { InstanceStatus__Output } from "../../proto/gen/straightline/v1/InstanceStatus.js";
import { type BusConnection, openArtifactStore } from "../../services/common/bus/index.js";
import {
  agentConfig,
  startTestAgent,
  type TestDirectory,
  testBus,
  testDirectory,
  testVmDriver,
} from "../support/agent-harness.js";
import { eventually } from "../support/eventually.js";
import { storeGracefulBundle } from "../support/graceful-bundle.js";
import { skipWithoutNats, startNatsServer, type TestNatsServer } from "../support/nats-server.js";
import { call, nodesSeen, startTestPlacement, type TestPlacement } from "../support/placement-harness.js";
import { mountSmallDisk } from "../support/small-disk.js";
import { packBundle, packTinyBundle } from "../support/tiny-bundle.js";

describe("a deployment that goes wrong", { skip: skipWithoutNats() }, () => {
  let nats: TestNatsServer;
  let bus: BusConnection & AsyncDisposable;
  let directory: TestDirectory;
  let placement: TestPlacement;
  let sound: Application["artifact"];
  const ends: AsyncDisposable[] = [];

  before(async () => {
    directory = await testDirectory();
    nats = await startNatsServer();
    bus = await testBus(nats.config);
    placement = await startTestPlacement(nats.config);
    sound = await storeGracefulBundle(bus);
    const agent = await startTestAgent(agentConfig(nats.config, directory.path), testVmDriver(directory.path));
    ends.push(directory, nats, bus, placement, agent);
    await nodesSeen(placement, 1);
  });
  after(async () => {
    for (const end of ends.reverse()) await end[Symbol.asyncDispose]();
  });

  const application = (name: string, artifact: Application["artifact"], environment: Record<string, string> = {}, zone = "") => ({
    name,
    artifact: artifact ?? null,
    implementations: [
      {
        kind: "NODE_KIND_VM" as const,
        resources: { cpuMillicores: 50, memoryBytes: 128 * 1024 ** 2 },
        replicas: 1,
        environment,
      },
    ],
    readyPath: "/ready",
    constraints: zone === "" ? null : { zones: [zone] },
    rollout: { readyTimeoutMs: 20_000, maxFailedStarts: 2 },
  });
  const statusOf = async (name: string): Promise<ApplicationStatus__Output> => {
    const { status } = await call(placement.deployments.Get.bind(placement.deployments), { name }, 20_000);
    assert.ok(status !== null);
    return status;
  };
  const instanceId = ({ telemetry }: InstanceStatus__Output): string | undefined => telemetry?.instanceId;
  const ready = ({ instances, generation }: ApplicationStatus__Output): (string | undefined)[] =>
    instances
      .filter(({ telemetry }) => telemetry?.state === "INSTANCE_STATE_READY" && telemetry.generation === generation)
      .map(instanceId);
  const becomes = (name: string, phase: string): Promise<ApplicationStatus__Output> =>
    eventually(
      async () => {
        const status = await statusOf(name);
        return status.rollout?.phase === `ROLLOUT_PHASE_${phase}` ? status : undefined;
      },
      { what: `${name} ${phase}`, pollMs: 100 },
    );

  it("says so when the bundle's bytes do not match its digest", async () => {
    const digest = `sha256:${"7".repeat(64)}`;
    await using other = await packTinyBundle();
    await (await openArtifactStore(bus)).put(digest, other.file);
    await placement.deploy(application("damaged", { bundle: { digest, sizeBytes: 1 } }));
    const { rollout } = await becomes("damaged", "FAILED");
    assert.match(
      rollout?.message ?? "",
      /^generation 1 failed: node-1, [2-9] times: artifact sha256:7+ is damaged: its bytes have/,
    );
  });

  it("says so when the bundle is nowhere, and comes up by itself once it is there", async () => {
    await using bundle = await packTinyBundle();
    const artifact = { bundle: { digest: bundle.digest, sizeBytes: 1 } };
    await placement.deploy(application("late", artifact));
    const { rollout } = await becomes("late", "FAILED");
    assert.match(rollout?.message ?? "", /is not in the store; store it again$/);
    await (await openArtifactStore(bus)).put(bundle.digest, bundle.file);
    await becomes("late", "COMPLETE");
  });

  it("goes back when the process ends at its start, and when its health check never passes", async () => {
    await placement.deploy(application("app", sound, { VERSION: "1" }));
    const { instances } = await becomes("app", "COMPLETE");
    await placement.deploy(application("app", sound, { VERSION: "2", FAIL: "start" }));
    const ended = await becomes("app", "ROLLED_BACK");
    assert.match(ended.rollout?.message ?? "", /generation 2 failed: node-1, [2-9] times: .*3/);
    const silentOne = application("app", sound, { VERSION: "3", FAIL: "ready" });
    await placement.deploy({ ...silentOne, rollout: { readyTimeoutMs: 8000, maxFailedStarts: 2 } });
    await eventually(async () => (await statusOf("app")).rollout?.failedGeneration === 3, {
      what: "the end of 3",
    });
    const silent = await statusOf("app");
    assert.match(
      silent.rollout?.message ?? "",
      /generation 3 failed: 1 of 1 instances were not ready within 8000 ms; node-1: GET \S+ answered 503/,
    );
    await eventually(async () => isDeepStrictEqual(ready(await statusOf("app")), instances.map(instanceId)), {
      what: "the first instance, which has gone on all the time, to be seen so",
    });
  });

  it("goes back when an instance ends before it has been ready for long enough, and takes one that stands", async () => {
    const rollout = { readyTimeoutMs: 20_000, maxFailedStarts: 2, minReadyMs: 2000 };
    await placement.deploy({ ...application("brief", sound, { VERSION: "1" }), rollout });
    const first = await becomes("brief", "COMPLETE");
    await placement.deploy({ ...application("brief", sound, { VERSION: "2", LIFE_MS: "700" }), rollout });
    const back = await becomes("brief", "ROLLED_BACK");
    assert.match(back.rollout?.message ?? "", /generation 2 failed: node-1, [2-9] times: .*4/);
    await eventually(async () => isDeepStrictEqual(ready(await statusOf("brief")), ready(first)), {
      what: "the first instance, which has gone on all the time, to be seen so",
    });

    await placement.deploy({ ...application("brief", sound, { VERSION: "3" }), rollout });
    const waiting = await eventually(
      async () => {
        const status = await statusOf("brief");
        return ready(status).length === 1 ? status : undefined;
      },
      { what: "generation 3 ready", pollMs: 50 },
    );
    assert.equal(waiting.rollout?.phase, "ROLLOUT_PHASE_PROGRESSING");
    assert.equal(waiting.instances.length, 2, "its predecessor is still there");
    assert.equal(waiting.implementations[0]?.message, "1 must stay ready for 2000 ms");
    await becomes("brief", "COMPLETE");
    await eventually(async () => (await statusOf("brief")).instances.length === 1, {
      what: "the predecessor to go",
    });
  });

  it("says so when the disk is full", async (t) => {
    await using disk = mountSmallDisk(join(directory.path, "small"), "64k");
    if (disk === undefined) return t.skip("no small file system can be mounted here");
    const config = agentConfig(nats.config, join(directory.path, "full"), {
      nodeId: "full",
      zone: "small",
      cacheDirectory: disk.path,
    });
    await using _agent = await startTestAgent(config, createFakeDriver("vm"));
    await nodesSeen(placement, 2);
    await using bundle = await packLargeBundle();
    const { digest } = bundle;
    await (await openArtifactStore(bus)).put(digest, bundle.file);
    await placement.deploy(application("large", { bundle: { digest, sizeBytes: 1 } }, {}, "small"));
    const { rollout } = await becomes("large", "FAILED");
    assert.match(rollout?.message ?? "", /no space left in .*small: free space/);
    assert.deepEqual(readdirSync(disk.path), [], "nothing is left of what came in half");
  });

  it("does not mind a node whose clock is a day behind", async () => {
    const behind = (): number => Date.now() - 86_400_000;
    const config = agentConfig(nats.config, join(directory.path, "behind"), { nodeId: "behind", zone: "past" });
    await using _agent = await startTestAgent(config, createFakeDriver("vm"), behind);
    await placement.deploy(application("skewed", sound, {}, "past"));
    const { instances } = await becomes("skewed", "COMPLETE");
    assert.deepEqual(
      instances.map(({ nodeId }) => nodeId),
      ["behind"],
    );
  });
});

/** Bytes that do not shrink, beyond what a small disk holds. */
function packLargeBundle() {
  return packBundle([
    { name: "bundle.json", content: JSON.stringify({ runtime: "node", entrypoint: ["a.mjs"] }) },
    { name: "a.mjs", content: `// ${randomBytes(300_000).toString("base64")}` },
  ]);
}
