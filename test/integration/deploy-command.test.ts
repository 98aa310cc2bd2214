import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { createFakeDriver, type FakeDriver } from "../../agents/common/fake-driver.js";
import type { ApplicationStatus__Output } from "../../proto/gen/straightline/v1/ApplicationStatus.js";
import type { PlanResponse__Output } from "../../proto/gen/straightline/v1/PlanResponse.js";
import { agentConfig, startTestAgent, type TestDirectory, testDirectory } from "../support/agent-harness.js";
import { eventually } from "../support/eventually.js";
import { skipWithoutNats, startNatsServer, type TestNatsServer } from "../support/nats-server.js";
import { nodesSeen, startTestPlacement, type TestPlacement } from "../support/placement-harness.js";
import { type CliResult, runCli } from "../support/run-cli.js";

describe("straightline deploy", { skip: skipWithoutNats() }, () => {
  let nats: TestNatsServer;
  let placement: TestPlacement;
  let directory: TestDirectory;
  let driver: FakeDriver;
  const ends: AsyncDisposable[] = [];

  before(async () => {
    directory = await testDirectory();
    nats = await startNatsServer();
    placement = await startTestPlacement(nats.config);
    driver = createFakeDriver("vm");
    const agent = await startTestAgent(agentConfig(nats.config, directory.path), driver);
    ends.push(directory, nats, placement, agent);
    await nodesSeen(placement, 1);
    await mkdir(join(directory.path, "bundle"));
    await writeFile(join(directory.path, "bundle/bundle.json"), JSON.stringify({ runtime: "node", entrypoint: ["a.mjs"] }));
    await writeFile(join(directory.path, "bundle/a.mjs"), "");
  });
  after(async () => {
    for (const end of ends.reverse()) await end[Symbol.asyncDispose]();
  });

  const manifest = async (changes: string, form = "", name = "app"): Promise<string> => {
    const file = join(directory.path, "app.yaml");
    await writeFile(
      file,
      `name: ${name}
artifact: { bundle: ./bundle }
rollout: { maxFailedStarts: 2, readyTimeout: 20s }
${changes}
implementations:
  - kind: vm
    resources: { cpu: 100m, memory: 1MiB }
    ${form}
`,
    );
    return file;
  };
  const cli = (verb: string, ...args: string[]): Promise<CliResult> =>
    runCli([verb, ...args, "--placement", `127.0.0.1:${placement.port}`]);
  const deploy = (file: string, ...args: string[]): Promise<CliResult> =>
    cli("deploy", file, "--nats", nats.config.servers, ...args);
  const status = async (): Promise<ApplicationStatus__Output> => JSON.parse((await cli("get", "app", "--json")).stdout);

  it("plans without changing anything, uploads, waits until all is ready, and has nothing to do the second time", async () => {
    const file = await manifest("");
    const planned = await cli("plan", file);
    assert.equal(planned.code, 1, planned.stderr);
    assert.match(planned.stdout, /start +node-1 {2}fewest: 0 of app, 0 in all/);
    assert.equal((await cli("get", "app")).code, 3, "planning deploys nothing");

    const first = await deploy(file);
    assert.equal(first.code, 0, first.stderr);
    assert.match(first.stderr, /bundle sha256:[0-9a-f]{12}.* 100%\ndeployed as generation 1\n/);
    assert.match(first.stdout, /rollout complete/);
    assert.equal(driver.deployed.at(-1)?.artifact.type, "bundle");

    assert.equal((await cli("plan", file)).code, 0);
    const second = await deploy(file);
    assert.equal(second.code, 0);
    assert.match(second.stderr, /generation 1 is deployed as asked/);
    assert.equal(driver.deployed.length, 1, "nothing is started again");
  });

  it("says what would change, and what does not fit on which node and why", async () => {
    const more = await cli("plan", await manifest("timeout: 5s"), "--json");
    const changes: PlanResponse__Output = JSON.parse(more.stdout);
    assert.equal(more.code, 1);
    assert.deepEqual(changes.differences, ["timeout: 30s -> 5s"]);
    assert.deepEqual(
      changes.forms[0]?.steps.map(({ action, nodeId }) => [action, nodeId]),
      [["PLANNED_ACTION_REPLACE", "node-1"]],
    );
    const absent = await cli("plan", await manifest("constraints: { zones: [moon] }"));
    assert.equal(absent.code, 2);
    assert.match(absent.stdout, /^generation 1; it does not fit; what runs stays\n/);
    assert.match(absent.stdout, /\nvm: 1 wanted, 0 stay, 1 displaced: serves only until another node takes over\n/);
    assert.match(absent.stdout, /1 without another node: 1 x other zone\n {2}refused node-1 {2}it is in no zone/);
  });

  it("names the nodes that refuse an instance, and why, in all that it tells of an application without a node", async () => {
    const file = await manifest("constraints: { zones: [moon] }", "", "lunar");
    const why = /1 without a node: node-1: it is in no zone/;
    const deployed = await deploy(file, "--wait-timeout", "2s");
    assert.equal(deployed.code, 1);
    assert.match(deployed.stderr, /not ready within 2000 ms: vm 0\/1 \(1 without a node: node-1: it is in no zone\)/);
    assert.match(deployed.stdout, why);
    for (const told of [await cli("get", "lunar"), await cli("apps")]) assert.match(told.stdout, why);
    assert.equal((await cli("undeploy", "lunar")).code, 0);
  });

  it("takes no replicas for none alike in plan, deploy and get: only where the load may bring some", async () => {
    const without = await manifest("", "replicas: 0", "idle");
    for (const result of [await cli("plan", without), await deploy(without)]) {
      assert.equal(result.code, 2);
      assert.match(result.stderr, /replicas: must be 1 or more; leave the form out to have none/);
    }
    const scaled = await manifest("", "replicas: 0\n    scale: { min: 0, max: 2, idle: 4s }", "idle");
    const planned = await cli("plan", scaled);
    assert.equal(planned.code, 1, planned.stderr);
    assert.match(planned.stdout, /vm: 0 wanted, 0 stay/);
    const deployed = await deploy(scaled);
    assert.equal(deployed.code, 0, deployed.stderr);
    assert.match((await cli("get", "idle")).stdout, /rollout complete\nKIND.*\nvm +0\/0/);
    const wider = await cli("scale", "idle", "vm", "0..3", "--json");
    const [form] = (JSON.parse(wider.stdout) as ApplicationStatus__Output).spec?.implementations ?? [];
    assert.deepEqual([form?.replicas, form?.autoscale], [0, { min: 0, max: 3, idleMs: 4000 }], "what is not told stays");
    assert.equal((await cli("undeploy", "idle")).code, 0);
  });

  it("scales without a restart", async () => {
    const before = driver.deployed.length;
    const scaled = await cli("scale", "app", "vm", "3");
    assert.equal(scaled.code, 0, scaled.stderr);
    const file = await manifest("", "replicas: 4");
    assert.equal((await deploy(file)).code, 0);
    assert.equal((await status()).implementations[0]?.ready, 4, "the deployment waits for more instances too");
    assert.equal((await deploy(await manifest("", "replicas: 3"))).code, 0);
    assert.equal((await status()).generation, 1);
    assert.ok(driver.deployed.slice(before).every(({ assignment }) => assignment !== "app.0"));
    const [node] = JSON.parse((await cli("nodes", "--json")).stdout);
    assert.deepEqual(node.reserved, { cpuMillicores: 300, memoryBytes: 3 * 1024 ** 2, gpus: 0 });
    const noForm = await cli("scale", "app", "container", "1");
    assert.equal(noForm.code, 2);
    assert.match(noForm.stderr, /kind: app runs as vm, not as container/);
    assert.equal((await cli("scale", "app", "vm", "many")).code, 2);
  });

  it("rolls back by itself when a new revision does not start, and what ran goes on", async () => {
    const before = (await status()).instances.map(({ telemetry }) => telemetry?.instanceId).sort();
    driver.knobs.failDeploys = 1000;
    const failed = await deploy(await manifest("timeout: 9s", "replicas: 3"));
    driver.knobs.failDeploys = 0;
    assert.equal(failed.code, 1);
    assert.match(failed.stdout, /rollout rolled back: generation 2 failed: node-1, 2 times: the fake was told to fail/);
    const planned = await cli("plan", await manifest("timeout: 9s", "replicas: 3"));
    assert.match(planned.stdout, /^generation 3\n {2}deployed last: generation 2 failed: node-1, 2 times: the fake/);
    const after = await status();
    assert.equal(after.generation, 1);
    assert.equal(after.spec?.timeoutMs, 30_000);
    const serving = after.instances.filter(({ telemetry }) => telemetry?.state === "INSTANCE_STATE_READY");
    assert.deepEqual(serving.map(({ telemetry }) => telemetry?.instanceId).sort(), before);
    const again = await deploy(await manifest("", "replicas: 3"));
    assert.equal(again.code, 0, again.stderr);
    assert.match(again.stdout, /generation 1.*\nrollout complete\n/, "what failed is past");
    assert.equal((await status()).instances.length, 3, "nothing is started anew");
  });

  it("goes back to an earlier revision on request", async () => {
    const none = await cli("rollback", "app");
    assert.equal(none.code, 1);
    assert.match(none.stderr, /NO_EARLIER_REVISION: name: app has no earlier revision that was ready; deploy the manifest/);
    const changed = await deploy(await manifest("timeout: 7s", "replicas: 3"));
    assert.equal(changed.code, 0, changed.stderr);
    assert.equal((await status()).generation, 3);
    const back = await cli("rollback", "app");
    assert.equal(back.code, 0, back.stderr);
    assert.equal((await status()).spec?.timeoutMs, 30_000);
    assert.equal((await cli("rollback", "app", "--to", "77")).code, 2);
  });

  it("refuses a wrong manifest and a wrong bundle before it sends anything, and tells when NATS is away", async () => {
    const wrong = await deploy(await manifest("timeot: 5s", "replicas: none"));
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /app\.yaml:4:1: timeot: is no known key.*\n.*app\.yaml:8:15: implementations\[0\]\.replicas/);
    const file = await manifest("");
    await writeFile(join(directory.path, "bundle/bundle.json"), "{}");
    const noBundle = await deploy(file);
    assert.equal(noBundle.code, 2);
    assert.match(noBundle.stderr, /app\.yaml:2:21: artifact\.bundle: .*\/bundle: bundle\.json: runtime must be "node"/);
    await writeFile(join(directory.path, "bundle/bundle.json"), JSON.stringify({ runtime: "node", entrypoint: ["a.mjs"] }));
    const away = await cli("deploy", file, "--nats", "nats://127.0.0.1:1");
    assert.equal(away.code, 6);
  });

  it("ends the wait at its time, and the rollout goes on", async () => {
    const driverMs = driver.knobs.deployMs;
    driver.knobs.deployMs = 4000;
    const late = await deploy(await manifest("timeout: 6s", "replicas: 1"), "--wait-timeout", "1s");
    driver.knobs.deployMs = driverMs;
    assert.equal(late.code, 1);
    assert.match(late.stderr, /not ready within 1000 ms: vm 0\/1 \(.+\)\nit goes on: straightline watch app/);
    assert.equal((await deploy(await manifest("timeout: 6s", "replicas: 1"), "--no-wait")).code, 0);
  });

  it("ends with 1 where another deploy takes its place", async () => {
    const { readyAfterMs } = driver.knobs;
    driver.knobs.readyAfterMs = 3_600_000;
    const before = driver.deployed.length;
    const first = deploy(await manifest("timeout: 11s"));
    await eventually(() => driver.deployed.length > before, { what: "the first deploy" });
    driver.knobs.readyAfterMs = readyAfterMs;
    const { generation } = await status();
    const second = deploy(await manifest("timeout: 12s"));
    const [overtaken, overtaking] = await Promise.all([first, second]);
    assert.equal(overtaken.code, 1, overtaken.stderr);
    assert.ok(overtaken.stderr.includes(`generation ${generation} was replaced by ${generation + 1}\n`), overtaken.stderr);
    assert.equal(overtaking.code, 0, overtaking.stderr);
  });

  it("undeploys", async () => {
    assert.equal((await cli("undeploy", "app")).code, 0);
    assert.equal((await cli("undeploy", "app")).code, 3);
  });
});
