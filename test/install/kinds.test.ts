import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { KindToken } from "../../services/common/bus/index.js";
import { startContainerHost } from "./container-host.js";
import { type Grounds, startGrounds } from "./grounds.js";
import { mustRun, type Outcome, runProgram, type TestHost } from "./host.js";
import { answeringPid, deployTiny, freshNode, install, leftovers } from "./scenario.js";
import type { Site } from "./site.js";

const SOCKET = "/run/engine.sock";
const CONTAINER_CONFIG = "/etc/straightline/agent-container.yaml";

let grounds: Grounds;
let site: Site;
let host: TestHost;

before(async () => {
  grounds = await startGrounds(2);
  site = grounds.site;
  host = await startContainerHost(grounds, { engineAt: SOCKET });
});
after(async () => {
  await host?.[Symbol.asyncDispose]();
  await grounds?.[Symbol.asyncDispose]();
});

/** Installs an agent, with a token that lies in the file `token`, and has it serve. */
async function installAndServe(kind: KindToken, options: readonly string[]): Promise<void> {
  const token = await site.token(kind);
  await mustRun(host, `umask 077; printf %s ${token} >token`);
  const { code, output } = await install(site, host, [...["--kind", kind, "--node-id", `box-${kind}`], ...options]);
  assert.equal(code, 0, output);
  await freshNode(site, `box-${kind}`);
  await deployTiny(site, `app-${kind}`, `box-${kind}`, kind);
  await answeringPid(site, host, `app-${kind}`, `box-${kind}`);
}

/** The script of what is installed, with which nothing is fetched. */
function installAgain(options: readonly string[]): Promise<Outcome> {
  return host.run(`sh /opt/straightline/current/install.sh agent --kind container --timeout 120 ${options.join(" ")}`);
}

async function containersOf(nodeId: string): Promise<string> {
  const { output } = await runProgram("docker", [
    ...["-H", `unix://${grounds.engine.socketPath}`],
    ...["ps", "--quiet", "--filter", `label=straightline.node=${nodeId}`],
  ]);
  return output.trim();
}

test("an agent of a container host reaches the engine by its group, and its container answers a placed request", async () => {
  await installAndServe("container", ["--join-file", "token", "--docker-socket", SOCKET, "--zone", "z1", "--labels", "rack=a"]);
  assert.equal(await mustRun(host, "id -nG straightline-container"), "straightline-container docker");
  assert.match(await mustRun(host, "ps -o user:32= -C node"), /^straightline-container$/);
  assert.notEqual(await containersOf("box-container"), "");
});

test("what an upgrade is not told stays as it was, what it is told changes, and keys of the user's own stay", async () => {
  await mustRun(host, `printf '# ours\\ntickMs: 500\\n' >>${CONTAINER_CONFIG}`);
  const before = await mustRun(host, `cat ${CONTAINER_CONFIG}`);
  const archive = site.versions[1]?.archive;
  for (const name of [archive, `${archive}.sha256`])
    await mustRun(host, `curl -fsSO http://127.0.0.1:${site.downloadPort}/${name}`);
  const same = await installAgain(["--from", `${archive}`]);
  assert.equal(same.code, 0, same.output);
  assert.equal(await mustRun(host, `cat ${CONTAINER_CONFIG}`), before);
  const changed = await installAgain(["--labels", "rack=b"]);
  assert.equal(changed.code, 0, changed.output);
  assert.equal(await mustRun(host, `cat ${CONTAINER_CONFIG}`), before.replace("rack=a", "rack=b"));
  const { telemetry } = await freshNode(site, "box-container");
  assert.deepEqual([telemetry?.zone, telemetry?.labels, telemetry?.tickMs], ["z1", { rack: "b" }, 500]);
});

test("an upgrade that does not join goes back to the configuration of before, and the agent with it", async () => {
  const before = await mustRun(host, `cat ${CONTAINER_CONFIG}; readlink /opt/straightline/current`);
  const { telemetry } = await freshNode(site, "box-container");
  const { code, output } = await installAgain(["--nats", "tls://127.0.0.1:1", "--zone", "z2", "--timeout", "5"]);
  assert.notEqual(code, 0, output);
  assert.match(output, /going back to what was before/);
  assert.equal(await mustRun(host, `cat ${CONTAINER_CONFIG}; readlink /opt/straightline/current`), before);
  assert.equal((await freshNode(site, "box-container", Number(telemetry?.agentEpochMs))).telemetry?.zone, "z1");
});

test("a Node that the agent's user cannot run is refused, and the agent keeps its own", async () => {
  const { telemetry } = await freshNode(site, "box-container");
  const running = "readlink /opt/straightline/current; ls -l /opt/straightline/current/bin";
  const before = await mustRun(host, running);
  await mustRun(host, "mkdir -m 0700 own && cp /opt/straightline/current/bin/node own/node");
  const { code, output } = await installAgain(["--node", "own/node"]);
  assert.notEqual(code, 0, output);
  assert.match(output, /--node .*own\/node: the agent's user cannot run it; put it where/);
  assert.equal(await mustRun(host, running), before);
  await freshNode(site, "box-container", Number(telemetry?.agentEpochMs) - 1);
});

test("another Node takes the place of the archive's beside it, by a name on PATH too", async () => {
  await mustRun(host, "mv own/node /usr/local/bin/node");
  const { code, output } = await installAgain(["--node", "node"]);
  assert.equal(code, 0, output);
  assert.equal(await mustRun(host, "readlink /opt/straightline/current/bin/node"), "/usr/local/bin/node");
  await freshNode(site, "box-container");
});

test("an installed agent does not become another node", async () => {
  const { code, output } = await installAgain(["--node-id", "other"]);
  assert.notEqual(code, 0, output);
  assert.match(output, /--node-id: the agent here is box-container; uninstall it before/);
});

test("a function answers a placed request, also without the agent beside it, and the last agent of a machine goes without a trace", async () => {
  await installAndServe("serverless", ["--join", "-", "<token"]);
  assert.match(await mustRun(host, "sh install.sh uninstall --kind container"), /container agent removed/);
  await answeringPid(site, host, "app-serverless", "box-serverless");
  const removal = await host.run("sh install.sh uninstall");
  assert.equal(removal.code, 0, removal.output);
  assert.match(removal.output, /no container agent is installed[\s\S]*serverless agent removed/);
  assert.equal(await leftovers(host), "");
  assert.equal(await containersOf("box-container"), "");
  assert.equal((await mustRun(host, "id -nG root; getent group docker")).includes("straightline"), false);
});
