import assert from "node:assert/strict";
import { test } from "node:test";
import type { Application } from "../../proto/gen/straightline/v1/Application.js";
import { openStoredArtifacts } from "../../services/common/bus/index.js";
import { agentConfig, startTestAgent, testBus, testDirectory, testVmDriver } from "../support/agent-harness.js";
import { eventually } from "../support/eventually.js";
import { jobEnded, shellStage, storeFolder, submitJob } from "../support/job-harness.js";
import { skipWithoutNats, startNatsServer } from "../support/nats-server.js";
import { call, nodesSeen, startTestPlacement } from "../support/placement-harness.js";
import { storeTinyBundle } from "../support/tiny-bundle.js";

const GRACE_MS = 1500;

test("the object store keeps what applications, earlier revisions and jobs need, and loses the rest after the grace period", {
  skip: skipWithoutNats(),
}, async () => {
  await using nats = await startNatsServer();
  await using bus = await testBus(nats.config);
  await using directory = await testDirectory();
  await using placement = await startTestPlacement(nats.config, { args: ["--artifact-grace", `${GRACE_MS}ms`] });
  await using _agent = await startTestAgent(agentConfig(nats.config, directory.path), testVmDriver(directory.path));
  await nodesSeen(placement, 1);
  const { deployments } = placement;
  const stored = openStoredArtifacts(bus);
  const digests = async (): Promise<string[]> => (await stored.list()).map(({ key }) => key);
  const goes = (digest: string): Promise<unknown> =>
    eventually(async () => !(await digests()).includes(digest), { what: `the end of ${digest}` });
  const application = (digest: string): Application => ({
    ...{ name: "app", artifact: { bundle: { digest, sizeBytes: 1 } } },
    implementations: [{ kind: "NODE_KIND_VM", resources: { cpuMillicores: 50, memoryBytes: 128 * 1024 ** 2 }, replicas: 1 }],
  });
  const deploy = async (digest: string): Promise<void> => {
    await placement.deploy(application(digest));
    await eventually(
      async () => {
        const { status } = await call(deployments.Get.bind(deployments), { name: "app" });
        return status?.rollout?.phase === "ROLLOUT_PHASE_COMPLETE";
      },
      { what: "a complete rollout" },
    );
  };

  const digestOf = async (files: Record<string, string>): Promise<string> => (await storeFolder(bus, files)).digest ?? "";
  const first = await storeTinyBundle(bus);
  await deploy(first);
  const second = await digestOf({
    "bundle.json": '{"runtime":"node","entrypoint":["a.mjs"]}',
    "a.mjs": SERVER,
  });
  await deploy(second);
  const source = await storeFolder(bus, { "hello.txt": "hello" });
  const script = 'cat hello.txt hello.txt > "$STRAIGHTLINE_OUTPUTS/greeting/twice.txt"';
  const jobId = await submitJob(placement, [shellStage("one", script, { outputs: ["greeting"] })], { source });
  const job = await jobEnded(placement, jobId);
  const made = job.stages[0]?.artifacts["greeting"]?.digest ?? "";
  const nobodys = await digestOf({ "notes.txt": "for nobody" });
  assert.deepEqual((await digests()).sort(), [first, second, source.digest ?? "", made, nobodys].sort());

  await goes(nobodys);
  const again = await digestOf({ "notes.txt": "for nobody" });
  assert.equal(again, nobodys);
  await goes(again);
  assert.deepEqual((await digests()).sort(), [first, second, source.digest ?? "", made].sort(), "two grace periods later");

  await call(deployments.Undeploy.bind(deployments), { name: "app" });
  await Promise.all([goes(first), goes(second)]);
  assert.deepEqual((await digests()).sort(), [source.digest ?? "", made].sort());
  const { state } = await (await bus.client.jetstreamManager()).streams.info("OBJ_artifacts", { subjects_filter: ">" });
  assert.equal(Object.keys(state.subjects ?? {}).length, 4, "what tells of two artifacts, and their bytes");
});

const SERVER = `
import { createServer } from "node:http";
createServer((request, response) => response.end()).listen(Number(process.env.PORT), process.env.HOST);
`;
