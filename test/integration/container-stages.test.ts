import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import Docker from "dockerode";
import { resetRunFolder, runFolder } from "../../agents/common/jobs/index.js";
import { type ContainerDriver, createContainerDriver } from "../../agents/container/index.js";
import type { JobStage } from "../../proto/gen/straightline/v1/JobStage.js";
import { createLogger, passThroughTracing } from "../../services/common/observe/index.js";
import { agentConfig, startTestAgent, testDirectory, testVmDriver } from "../support/agent-harness.js";
import { testEngine } from "../support/docker-engine.js";
import { eventually } from "../support/eventually.js";
import { jobEnded, jobWhen, shellStage, submitJob, watchJob } from "../support/job-harness.js";
import { skipWithoutNats, startNatsServer } from "../support/nats-server.js";
import { call, nodesSeen, startTestPlacement } from "../support/placement-harness.js";
import { startSocketProxy } from "../support/socket-proxy.js";

const engine = await testEngine();
const socketPath = engine.type === "none" ? "" : engine.socketPath;
const skip = engine.type === "none" ? engine.skip : skipWithoutNats();
const nodeId = `stages-${process.pid}`;
const MIB = 1024 ** 2;

/** An image that holds node and nothing else, as no base image can be pulled everywhere. */
const CONTENT = "// nothing";
const DIGEST = `sha256:${createHash("sha256").update(nodeId).digest("hex")}`;
const IMAGE = `straightline/bundle:${DIGEST.slice(7, 31)}`;

function newDriver(socket = socketPath): ContainerDriver {
  return createContainerDriver({
    ...{
      nodeId,
      socketPath: socket,
      advertisedHost: "127.0.0.1",
      pullTimeoutMs: 10_000,
      runtime: process.execPath,
      otlpEndpoint: "",
    },
    ...{ now: Date.now, log: createLogger("test", "silent"), tracing: passThroughTracing() },
  });
}

function nodeStage(name: string, script: string, changes: JobStage = {}): JobStage {
  return shellStage(name, "", { image: IMAGE, command: [process.execPath, "-e", script], ...changes });
}

async function stageContainers(): Promise<string[]> {
  const found = await new Docker({ host: "", socketPath }).listContainers({
    all: true,
    filters: { label: [`straightline.stage.node=${nodeId}`] },
  });
  return found.flatMap(({ Names }) => Names);
}

describe("stages in containers on a real engine", { skip }, () => {
  before(async () => {
    await using directory = await testDirectory();
    const bundle = join(directory.path, "bundle");
    await mkdir(bundle);
    await writeFile(join(bundle, "server.mjs"), CONTENT);
    const driver = newDriver();
    // Starting an instance makes the image; that it ends at once does not matter.
    const started = driver.deploy({
      ...{
        instanceId: `${nodeId}-image`,
        application: "app",
        assignment: "app.0",
        generation: 1,
        readyPath: "/",
        timeoutMs: 1000,
      },
      ...{ concurrency: 1, environment: {}, payloadLimitBytes: 0, keepAliveMs: 0, warmWorkers: 0, traceparent: undefined },
      artifact: { type: "bundle", digest: DIGEST, directory: bundle, manifest: { runtime: "node", entrypoint: ["server.mjs"] } },
      limits: { cpuMillicores: 500, memoryBytes: 128 * MIB },
      gpus: 0,
      gpuDevices: [],
    });
    await started.catch(() => undefined);
    await driver.stop(`${nodeId}-image`, 0);
    await driver.close();
  });
  after(async () => {
    await new Docker({ host: "", socketPath }).getImage(IMAGE).remove({ force: true });
    if (engine.type === "engine") await engine.stop();
  });

  it("pass folders on to processes of another node, with metrics, logs and limits, and leave nothing", async () => {
    await using mesh = await startMesh();
    const script = `
      const fs = require("node:fs");
      console.log("in", process.cwd(), "as", process.getuid());
      fs.writeFileSync(process.env.STRAIGHTLINE_OUTPUTS + "/set/words", "from a container");
      fs.writeFileSync(process.env.STRAIGHTLINE_METRICS, JSON.stringify({ memory: Number(fs.readFileSync(
        fs.existsSync("/sys/fs/cgroup/memory.max") ? "/sys/fs/cgroup/memory.max" : "/sys/fs/cgroup/memory/memory.limit_in_bytes", "utf8")) }));`;
    const stages = [
      nodeStage("data", script, { outputs: ["set"], gates: [{ metric: "memory", min: 128 * MIB, max: 128 * MIB }] }),
      shellStage("train", 'cat "$STRAIGHTLINE_INPUTS/set/words"', { inputs: ["set"] }),
    ];
    const { jobs, logs } = await watchJob(mesh.placement, { jobId: await submitJob(mesh.placement, stages) });
    const job = jobs.at(-1);
    assert.equal(job?.state, "JOB_STATE_SUCCEEDED", job?.message);
    assert.deepEqual(
      job.stages.map(({ attempts }) => attempts.map((attempt) => attempt.nodeId)),
      [[nodeId], ["node-1"]],
    );
    assert.equal(logs["data.1"], `in /straightline/work as ${process.getuid?.()}\n`);
    assert.equal(logs["train.1"], "from a container");
    await eventually(async () => (await stageContainers()).length === 0, { what: "no container to be left" });
  });

  it("fall back to a process where their image cannot be had", async () => {
    await using mesh = await startMesh();
    const stage = shellStage("train", "echo as a process", {
      image: "127.0.0.1:1/nobody/nothing:1",
      kinds: ["NODE_KIND_CONTAINER", "NODE_KIND_VM"],
      retries: 1,
    });
    const job = await jobEnded(mesh.placement, await submitJob(mesh.placement, [stage]));
    assert.equal(job.state, "JOB_STATE_SUCCEEDED", job.message);
    const [first, second] = job.stages[0]?.attempts ?? [];
    assert.equal(first?.nodeId, nodeId);
    assert.match(first?.message ?? "", /image 127\.0\.0\.1:1\/nobody\/nothing:1/);
    assert.equal(second?.nodeId, "node-1");
  });

  it("tell how they failed, and end with a cancel", async () => {
    await using mesh = await startMesh();
    const failing = await submitJob(mesh.placement, [nodeStage("train", 'console.error("no luck"); process.exit(3)')]);
    assert.match((await jobEnded(mesh.placement, failing)).message, /^train: the container exited with code 3: no luck$/);
    const hungry = nodeStage("train", "const a = []; for (;;) a.push(Buffer.alloc(8e6, 1))");
    const hungryId = await submitJob(mesh.placement, [hungry]);
    assert.match((await jobEnded(mesh.placement, hungryId)).message, /memory limit|code 137/);
    const long = await submitJob(mesh.placement, [nodeStage("train", "setInterval(() => 0, 1000)")]);
    await jobWhen(
      mesh.placement,
      long,
      "the container",
      ({ stages }) => stages[0]?.attempts[0]?.state === "ATTEMPT_STATE_RUNNING",
    );
    await call(mesh.placement.jobs.Cancel.bind(mesh.placement.jobs), { jobId: long });
    await eventually(async () => (await stageContainers()).length === 0, { what: "no container to be left" });
  });

  it("ask the engine for GPUs by number, and say so when it has none to give", async () => {
    await using directory = await testDirectory();
    const folder = runFolder(directory.path, `${nodeId}-gpu`);
    await resetRunFolder(folder, []);
    const driver = newDriver();
    const limits = { cpuMillicores: 500, memoryBytes: 128 * MIB };
    const stage = { runId: `${nodeId}-gpu`, folder, image: IMAGE, command: [process.execPath], environment: {}, limits };
    const starting = driver.stages.start({ ...stage, gpuDevices: [1, 3] });
    // Where there is NVIDIA's runtime it is the devices that are not there.
    await assert.rejects(starting, { code: "START_FAILED", message: /device driver "nvidia"|nvidia-container/ });
    await driver.close();
    assert.deepEqual(await stageContainers(), []);
  });

  it("outlive their agent: the next one finds them, with the whole log", async () => {
    await using mesh = await startMesh();
    const { placement, containerAgent } = mesh;
    const script = 'console.log("begun"); setTimeout(() => console.log("ended"), 6000)';
    const jobId = await submitJob(placement, [nodeStage("train", script)]);
    await jobWhen(placement, jobId, "the container", ({ stages }) => stages[0]?.attempts[0]?.state === "ATTEMPT_STATE_RUNNING");
    await containerAgent.stop();
    await using _second = await startTestAgent(mesh.containerConfig, newDriver());
    const { jobs, logs } = await watchJob(placement, { jobId });
    const job = jobs.at(-1);
    assert.equal(job?.state, "JOB_STATE_SUCCEEDED", job?.message);
    assert.equal(job.stages[0]?.attempts.length, 1);
    assert.deepEqual(logs, { "train.1": "begun\nended\n" });
  });

  it("outlive an absence of their engine, which costs neither an attempt nor a line", async () => {
    await using directory = await testDirectory();
    await using proxy = await startSocketProxy(join(directory.path, "engine.sock"), socketPath);
    await using mesh = await startMesh(proxy.path);
    const { placement } = mesh;
    const script = 'for (let at = 1; at <= 6; at++) setTimeout(() => console.log("line " + at), at * 1000)';
    const jobId = await submitJob(placement, [nodeStage("train", script)]);
    const said = async (line: string): Promise<boolean> =>
      (await watchJob(placement, { jobId, snapshot: true })).logs["train.1"]?.includes(line) === true;
    await eventually(() => said("line 1"), { what: "its first line" });
    proxy.leave();
    const running = async (): Promise<boolean> =>
      (await new Docker({ host: "", socketPath }).listContainers({ filters: { label: [`straightline.stage.node=${nodeId}`] } }))
        .length > 0;
    await eventually(async () => !(await running()), { what: "the container's end" });
    proxy.comeBack();
    const { jobs, logs } = await watchJob(placement, { jobId });
    const job = jobs.at(-1);
    assert.equal(job?.state, "JOB_STATE_SUCCEEDED", job?.message);
    assert.equal(job.stages[0]?.attempts.length, 1);
    assert.equal(logs["train.1"], [1, 2, 3, 4, 5, 6].map((at) => `line ${at}\n`).join(""));
    await eventually(async () => (await stageContainers()).length === 0, { what: "no container to be left" });
  });

  it("are ended when their engine is back, if nobody wants them any more", async () => {
    await using directory = await testDirectory();
    await using proxy = await startSocketProxy(join(directory.path, "engine.sock"), socketPath);
    await using mesh = await startMesh(proxy.path);
    const { placement } = mesh;
    const jobId = await submitJob(placement, [nodeStage("train", "setInterval(() => 0, 1000)")]);
    await jobWhen(placement, jobId, "the container", ({ stages }) => stages[0]?.attempts[0]?.state === "ATTEMPT_STATE_RUNNING");
    proxy.leave();
    await call(placement.jobs.Cancel.bind(placement.jobs), { jobId });
    await eventually(() => proxy.refused.some((line) => /^POST .*\/stop/.test(line)), { what: "the agent to try" });
    assert.equal((await stageContainers()).length, 1, "nobody could end it");
    proxy.comeBack();
    await eventually(async () => (await stageContainers()).length === 0, { what: "no container to be left" });
  });
});

/** NATS, placement, a container agent and a vm agent, all of which end with the test. */
async function startMesh(socket = socketPath) {
  const nats = await startNatsServer();
  const [one, two] = [await testDirectory(), await testDirectory()];
  const placement = await startTestPlacement(nats.config, { args: ["--lost-ticks", "100"] });
  const containerConfig = agentConfig(nats.config, one.path, { nodeId, onStop: "keep" });
  const containerAgent = await startTestAgent(containerConfig, newDriver(socket));
  const vmAgent = await startTestAgent(agentConfig(nats.config, two.path), testVmDriver(two.path));
  await nodesSeen(placement, 2);
  const end = async (): Promise<void> => {
    for (const part of [containerAgent, vmAgent, placement, one, two, nats]) await part[Symbol.asyncDispose]();
  };
  return { placement, containerAgent, containerConfig, [Symbol.asyncDispose]: end };
}
