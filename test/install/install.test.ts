import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type RunningEngine, requiredEngine } from "../support/docker-engine.js";
import { eventually } from "../support/eventually.js";
import { CONTAINER_LIMITS, importImage, startContainerHost } from "./container-host.js";
import { debianRoot } from "./debian.js";
import { mustRun, type TestHost } from "./host.js";
import { answeringPid, deployTiny, freshNode, install, leftovers, PATIENCE, undeploy } from "./scenario.js";
import { type Site, startSite } from "./site.js";
import { startVmHost } from "./vm-host.js";

let root: string;
let site: Site;
let engine: RunningEngine;
let image: string;

before(async () => {
  [root, site] = await Promise.all([debianRoot(), startSite()]);
  engine = await requiredEngine();
  image = await importImage(engine.socketPath, root);
});
after(async () => {
  await site?.[Symbol.asyncDispose]();
  await engine?.stop();
});

/** From the one command to the removal. */
async function lifeOfAnAgent(
  host: TestHost,
  nodeId: string,
  capacity: { cpuMillicores: number; memoryBytes: number },
): Promise<void> {
  const application = `app-${nodeId}`;
  const first = await install(site, host, ["--kind", "vm", "--node-id", nodeId, "--join", await site.token("vm")]);
  assert.equal(first.code, 0, first.output);
  assert.match(first.output, new RegExp(`vm agent ${nodeId} ready \\(version 0.1.0-first-`));
  assert.equal(
    await mustRun(host, "stat -c '%a %U' /etc/straightline/agent-vm.yaml /etc/straightline/agent-vm.creds"),
    "600 straightline-vm\n600 straightline-vm",
  );

  const node = await freshNode(site, nodeId);
  assert.equal(node.telemetry?.capacity?.cpuMillicores, capacity.cpuMillicores);
  assert.equal(node.telemetry?.capacity?.memoryBytes, capacity.memoryBytes);
  assert.ok(Number(node.telemetry?.usage?.memoryBytes) > 0 && Number(node.telemetry?.usage?.memoryBytes) < capacity.memoryBytes);

  await deployTiny(site, application, nodeId);
  const pid = await answeringPid(site, host, application, nodeId);
  assert.equal(await mustRun(host, `stat -c %U /proc/${pid}`), "straightline-vm");

  const again = await install(site, host, ["--kind", "vm", "--node-id", nodeId, "--join", "spent"]);
  assert.equal(again.code, 0, again.output);
  assert.equal(await answeringPid(site, host, application, nodeId), pid, "the same version again leaves the instance alone");

  const upgrade = await install(site, host, ["--kind", "vm"], 1);
  assert.equal(upgrade.code, 0, upgrade.output);
  assert.equal(await mustRun(host, "cat /opt/straightline/current/VERSION"), "0.1.1-second");
  const upgraded = await freshNode(site, nodeId, Number(node.telemetry?.agentEpochMs));
  assert.equal(await answeringPid(site, host, application, nodeId), pid, "an upgrade leaves the instance alone");

  await host.cutPower();
  await freshNode(site, nodeId, Number(upgraded.telemetry?.agentEpochMs));
  assert.match(await answeringPid(site, host, application, nodeId), /^\d+$/);

  await undeploy(site, application);
  const removal = await host.run("sh install.sh uninstall");
  assert.equal(removal.code, 0, removal.output);
  assert.match(removal.output, /vm agent removed/);
  assert.equal(await leftovers(host), "");
}

test("in a container without an init system an agent is installed, serves, survives a power cut and an upgrade, and goes without a trace", async () => {
  await using host = await startContainerHost(engine.socketPath, image);
  await lifeOfAnAgent(host, "box", CONTAINER_LIMITS);
});

test("where OpenRC runs services too", async () => {
  await using host = await startContainerHost(engine.socketPath, image, { init: "openrc" });
  await eventually(async () => (await host.run("test -e /run/openrc/softlevel")).code === 0, { what: "OpenRC", ...PATIENCE });
  await lifeOfAnAgent(host, "rc", CONTAINER_LIMITS);
});

test("in a virtual machine with systemd too, as a hardened unit", async () => {
  await using host = await startVmHost(root);
  const [processors, kibibytes] = (await mustRun(host, "nproc; awk '/^MemTotal:/ { print $2 }' /proc/meminfo"))
    .split("\n")
    .map(Number);
  await lifeOfAnAgent(host, "metal", { cpuMillicores: Number(processors) * 1000, memoryBytes: Number(kibibytes) * 1024 });
});
