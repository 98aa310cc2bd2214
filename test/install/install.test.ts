import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { eventually } from "../support/eventually.js";
import { CONTAINER_LIMITS, startContainerHost } from "./container-host.js";
import { type FrontGateway, frontOptions, startFrontGateway } from "./front.js";
import { type Grounds, startGrounds } from "./grounds.js";
import { mustRun, type TestHost } from "./host.js";
import { answeringPid, deployTiny, freshNode, install, leftovers, PATIENCE, undeploy } from "./scenario.js";
import type { Site } from "./site.js";
import { startVmHost } from "./vm-host.js";

let grounds: Grounds;
let site: Site;
let gateway: FrontGateway;

before(async () => {
  grounds = await startGrounds(2);
  site = grounds.site;
  gateway = await startFrontGateway(site);
});
after(async () => {
  await gateway?.[Symbol.asyncDispose]();
  await grounds?.[Symbol.asyncDispose]();
});

/** What a machine has, and how the instances on it are reached. */
interface Life {
  readonly capacity: { readonly cpuMillicores: number; readonly memoryBytes: number };
  /** Name of the front that its token brings. */
  readonly frontHost?: string;
  /** What the same command is told when it is given again. */
  readonly again?: () => Promise<readonly string[]>;
  /** Has the application's instance answer a placed request; resolves to its process. */
  readonly ask: (application: string) => Promise<string>;
}

/** Requests that are sent from the machine itself, whose instances are on its loopback. */
function onLoopback(host: TestHost, nodeId: string): Life["ask"] {
  return (application) => answeringPid(site, host, application, nodeId);
}

/** Requests that come through a gateway to the agent's front, which its token has brought and which is given a new certificate by hand later. */
function throughFront(host: TestHost, nodeId: string, address: string): Omit<Life, "capacity"> {
  return {
    frontHost: address,
    again: () => frontOptions(site, host, nodeId, address),
    async ask(application) {
      const pid = await gateway.answeringPid(application);
      assert.equal(await mustRun(host, "stat -c '%a %U' /etc/straightline/agent-vm-front.key"), "600 straightline-vm");
      assert.equal((await site.placement.place({ application, dryRun: true })).httpEndpoint, `https://${address}:7072`);
      return pid;
    },
  };
}

/** From the one command to the removal. */
async function lifeOfAnAgent(host: TestHost, nodeId: string, { capacity, frontHost, again, ask }: Life): Promise<void> {
  const application = `app-${nodeId}`;
  const token = await (frontHost === undefined ? site.token("vm") : site.frontToken(frontHost));
  const first = await install(site, host, ["--kind", "vm", "--node-id", nodeId, "--join", token]);
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
  const pid = await ask(application);
  assert.equal(await mustRun(host, `stat -c %U /proc/${pid}`), "straightline-vm");

  const nats = `tls://${host.gateway}:${site.natsPort}`;
  const sameCommand = ["agent", "--kind", "vm", "--nats", nats, "--node-id", nodeId, "--join", "spent"];
  const more = (await again?.()) ?? [];
  const second = await host.run(`sh /opt/straightline/current/install.sh ${[...sameCommand, ...more].join(" ")}`);
  assert.equal(second.code, 0, second.output);
  assert.equal(await ask(application), pid, "the same version again leaves the instance alone");

  const upgrade = await install(site, host, ["--kind", "vm"], 1);
  assert.equal(upgrade.code, 0, upgrade.output);
  assert.equal(await mustRun(host, "cat /opt/straightline/current/VERSION"), "0.1.1-second");
  const upgraded = await freshNode(site, nodeId, Number(node.telemetry?.agentEpochMs));
  assert.equal(await ask(application), pid, "an upgrade leaves the instance alone");

  await host.cutPower();
  await freshNode(site, nodeId, Number(upgraded.telemetry?.agentEpochMs));
  assert.match(await ask(application), /^\d+$/);

  await undeploy(site, application);
  const removal = await host.run("sh install.sh uninstall");
  assert.equal(removal.code, 0, removal.output);
  assert.match(removal.output, /vm agent removed/);
  assert.equal(await leftovers(host), "");
}

test("in a container without an init system an agent is installed, serves a gateway elsewhere by the front that its token brought, survives a power cut and an upgrade, and goes without a trace", async () => {
  await using host = await startContainerHost(grounds);
  // On this machine's network: all of 127.0.0.0/8 is the front's.
  const address = "127.7.7.7";
  await lifeOfAnAgent(host, "box", { capacity: CONTAINER_LIMITS, ...throughFront(host, "box", address) });
});

test("where OpenRC runs services too", async () => {
  await using host = await startContainerHost(grounds, { init: "openrc" });
  await eventually(async () => (await host.run("test -e /run/openrc/softlevel")).code === 0, { what: "OpenRC", ...PATIENCE });
  await lifeOfAnAgent(host, "rc", { capacity: CONTAINER_LIMITS, ask: onLoopback(host, "rc") });
});

test("in a virtual machine with systemd too, as a hardened unit whose instances a gateway elsewhere reaches by the front that the token brought", async () => {
  await using host = await startVmHost(grounds.root);
  const [processors, kibibytes] = (await mustRun(host, "nproc; awk '/^MemTotal:/ { print $2 }' /proc/meminfo"))
    .split("\n")
    .map(Number);
  const isHardened = async (pid: string): Promise<void> => {
    const unit = "systemctl show straightline-agent@vm -p NoNewPrivileges,ProtectSystem,ProtectHome,TasksMax --value";
    assert.deepEqual((await mustRun(host, unit)).split("\n").sort(), ["4096", "strict", "yes", "yes"]);
    assert.match(await mustRun(host, `grep -E '^(NoNewPrivs|CapBnd)' /proc/${pid}/status`), /^CapBnd:\t0+\nNoNewPrivs:\t1$/);
  };
  const front = throughFront(host, "metal", host.address);
  await lifeOfAnAgent(host, "metal", {
    ...front,
    capacity: { cpuMillicores: Number(processors) * 1000, memoryBytes: Number(kibibytes) * 1024 },
    async ask(application) {
      const pid = await front.ask(application);
      await isHardened(pid);
      return pid;
    },
  });
});
