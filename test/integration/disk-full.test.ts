import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { closeSync, mkdirSync, openSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Application } from "../../proto/gen/straightline/v1/Application.js";
import type { ApplicationStatus__Output } from "../../proto/gen/straightline/v1/ApplicationStatus.js";
import { BUILD_ROOT } from "../../services/cli/daemons.js";
import { agentConfig, startTestAgent, testBus, testDirectory, testVmDriver } from "../support/agent-harness.js";
import { eventually } from "../support/eventually.js";
import { storeGracefulBundle } from "../support/graceful-bundle.js";
import { attemptsOf, jobEnded, shellStage, storeFolder, submitJob } from "../support/job-harness.js";
import { skipWithoutNats, startNatsServer } from "../support/nats-server.js";
import { call, nodesSeen, startTestPlacement, type TestPlacement } from "../support/placement-harness.js";
import { mountSmallDisk } from "../support/small-disk.js";

const options = { skip: skipWithoutNats() };
const MIB = 1024 ** 2;

function application(name: string, version: string, artifact: Application["artifact"] & object, replicas = 1): Application {
  const resources = { cpuMillicores: 50, memoryBytes: 128 * MIB };
  return {
    name,
    artifact,
    implementations: [{ kind: "NODE_KIND_VM", resources, replicas, environment: { VERSION: version } }],
    readyPath: "/ready",
    rollout: { readyTimeoutMs: 60_000, maxFailedStarts: 1 },
  };
}

async function statusOf({ deployments }: TestPlacement, name: string): Promise<ApplicationStatus__Output> {
  const { status } = await call(deployments.Get.bind(deployments), { name });
  assert.ok(status !== null);
  return status;
}

function becomes(placement: TestPlacement, name: string, phase: string): Promise<ApplicationStatus__Output> {
  return eventually(
    async () => {
      const status = await statusOf(placement, name);
      return status.rollout?.phase === `ROLLOUT_PHASE_${phase}` ? status : undefined;
    },
    { what: `${name} ${phase}`, pollMs: 100 },
  );
}

async function telemetryOf({ fleet }: TestPlacement, nodeId: string) {
  return (await call(fleet.GetNode.bind(fleet), { nodeId })).node?.telemetry;
}

/** Why a node takes nothing new, as placement knows it; empty: it does. */
async function impairmentOf(placement: TestPlacement, nodeId: string): Promise<string> {
  return (await telemetryOf(placement, nodeId))?.impairment ?? "";
}

/** A vm agent of its own process, with its state and its log on one disk. */
function startAgent(servers: string, disk: string, cache: string): { child: ChildProcess; log: string } {
  const log = join(disk, "agent.log");
  mkdirSync(cache, { recursive: true });
  const output = openSync(log, "a");
  const args = [
    "--node-id",
    "node-1",
    "--nats",
    servers,
    "--tick-ms",
    "100",
    "--stop-grace",
    "2s",
    "--on-stop",
    "stop",
    "--metrics-port",
    "0",
  ];
  const directories = ["--state-directory", join(disk, "state"), "--cache-directory", cache];
  const entry = join(BUILD_ROOT, "agents/vm/main.js");
  const child = spawn(process.execPath, [entry, ...args, ...directories, "--log-level", "debug"], {
    stdio: ["ignore", output, output],
  });
  closeSync(output);
  return { child, log };
}

test(
  "an agent whose disk is full serves on, refuses what is new with the reason, and converges once there is space",
  options,
  async (t) => {
    await using directory = await testDirectory();
    await using disk = mountSmallDisk(join(directory.path, "small"), "8m");
    if (disk === undefined) return t.skip("no small file system can be mounted here");
    await using nats = await startNatsServer();
    await using bus = await testBus(nats.config);
    await using placement = await startTestPlacement(nats.config);
    const { child, log } = startAgent(nats.config.servers, disk.path, join(directory.path, "cache"));
    try {
      await nodesSeen(placement, 1);
      const artifact = await storeGracefulBundle(bus);
      for (const name of ["serving", "leaving"]) await placement.deploy(application(name, "one", artifact));
      await becomes(placement, "leaving", "COMPLETE");
      const { instances } = await becomes(placement, "serving", "COMPLETE");
      const url = instances[0]?.telemetry?.httpEndpoint ?? "";
      const answer = async () => (await fetch(url, { method: "POST", body: "x" })).text();

      disk.fill();
      const message = /^no space left in .*small.*: free space on its disk, or give the agent another --state-directory$/;
      await eventually(async () => message.test(await impairmentOf(placement, "node-1")), { what: "the full disk to be told" });

      await call(placement.deployments.Undeploy.bind(placement.deployments), { name: "leaving" });
      await eventually(async () => (await telemetryOf(placement, "node-1"))?.instances.length === 1, {
        what: "the end of an instance",
      });
      // What it has given back.
      disk.fill();
      await placement.deploy(application("serving", "two", artifact));
      const back = await becomes(placement, "serving", "ROLLED_BACK");
      assert.match(back.rollout?.message ?? "", /generation 2 failed: node-1, once: no space left in .*small/);
      await placement.deploy(application("late", "one", artifact));
      await eventually(
        async () =>
          /^1 without a node: node-1: no space left in .*small/.test(
            (await statusOf(placement, "late")).implementations[0]?.message ?? "",
          ),
        {
          what: "the reason why nothing new starts",
        },
      );
      assert.equal(child.exitCode, null, readFileSync(log, "utf8"));
      assert.equal(await answer(), "one");
      const { telemetryAgeMs } = (await call(placement.fleet.GetNode.bind(placement.fleet), { nodeId: "node-1" })).node ?? {};
      assert.ok((telemetryAgeMs ?? Number.POSITIVE_INFINITY) < 5000, "telemetry goes on");

      const logged = statSync(log).size;
      disk.free();
      await becomes(placement, "late", "COMPLETE");
      await eventually(async () => (await impairmentOf(placement, "node-1")) === "", { what: "the node to be well" });
      await placement.deploy(application("serving", "three", artifact));
      await becomes(placement, "serving", "COMPLETE");
      await eventually(() => statSync(log).size > logged, { what: "the log to go on" });
      const state = JSON.parse(readFileSync(join(disk.path, "state", "agent.json"), "utf8")) as {
        desired: { application: string }[];
      };
      assert.deepEqual(state.desired.map((one) => one.application).sort(), ["late", "serving"]);
      assert.equal(child.exitCode, null);
    } finally {
      const ended = child.exitCode === null ? once(child, "exit") : undefined;
      child.kill("SIGTERM");
      await ended;
    }
  },
);

test("an agent that finds its disk full at its start says so", options, async (t) => {
  await using directory = await testDirectory();
  await using disk = mountSmallDisk(join(directory.path, "small"), "64k");
  if (disk === undefined) return t.skip("no small file system can be mounted here");
  disk.fill();
  const config = agentConfig({ servers: "nats://127.0.0.1:1", credentialsFile: "", caFile: "" }, disk.path);
  await assert.rejects(startTestAgent(config, testVmDriver(directory.path)), {
    code: "START_FAILED",
    message: `no space left in ${join(disk.path, "state")}: free space on its disk, or give the agent another --state-directory`,
  });
});

test("a stage that finds no room on a node goes to another one, which costs it no retry", options, async (t) => {
  await using directory = await testDirectory();
  await using disk = mountSmallDisk(join(directory.path, "small"), "4m");
  if (disk === undefined) return t.skip("no small file system can be mounted here");
  await using nats = await startNatsServer();
  await using bus = await testBus(nats.config);
  await using placement = await startTestPlacement(nats.config);
  const roomy = join(directory.path, "roomy");
  await using _small = await startTestAgent(agentConfig(nats.config, disk.path), testVmDriver(disk.path));
  await using _roomy = await startTestAgent(agentConfig(nats.config, roomy, { nodeId: "node-2" }), testVmDriver(roomy));
  await nodesSeen(placement, 2);
  // Room enough for the node to be open, and less than the data.
  const words = await storeFolder(bus, { "words.txt": randomBytes(3 * MIB).toString("base64") });
  const jobId = await submitJob(
    placement,
    [shellStage("train", 'test -s "$STRAIGHTLINE_INPUTS/words/words.txt"', { inputs: ["words"] })],
    {
      artifacts: { words },
    },
  );
  const job = await jobEnded(placement, jobId);
  assert.equal(job.state, "JOB_STATE_SUCCEEDED", job.message);
  assert.deepEqual(attemptsOf(job), [
    ["node-1", "ATTEMPT_STATE_LOST"],
    ["node-2", "ATTEMPT_STATE_SUCCEEDED"],
  ]);
  assert.match(job.stages[0]?.attempts[0]?.message ?? "", /^no space left in .*small.*: free space/);
});
