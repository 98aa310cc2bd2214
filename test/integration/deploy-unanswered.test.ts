import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { describe, it } from "node:test";
import { BUILD_ROOT } from "../../services/cli/daemons.js";
import { testDirectory } from "../support/agent-harness.js";
import { endChild } from "../support/end-child.js";
import { eventually } from "../support/eventually.js";
import { startMeshProcesses } from "../support/mesh-processes.js";
import { skipWithoutNats, startNatsServer } from "../support/nats-server.js";
import { startTestMesh } from "../support/placement-harness.js";
import { runCli } from "../support/run-cli.js";

const UNAVAILABLE = 6;

/** A placement in a process of its own that answers, and the manifest of what never starts there. */
async function startMesh(directory: string) {
  const mesh = await startMeshProcesses(directory, { placements: 1, vmAgents: 0 });
  const [[placement], [address]] = [mesh.placements, mesh.addresses];
  assert.ok(placement !== undefined && address !== undefined);
  const cli = (...args: string[]) => runCli([...args, "--placement", address]);
  await eventually(async () => (await cli("apps")).code === 0, { what: "placement" });
  const file = join(directory, "app.yaml");
  const form = "{ kind: vm, resources: { cpu: 10m, memory: 1MiB } }";
  await writeFile(file, `name: app\nartifact: { command: { argv: [sleep] } }\nimplementations: [${form}]\n`);
  return { placement, address, cli, file, [Symbol.asyncDispose]: () => mesh[Symbol.asyncDispose]() };
}

describe("a command that gets no answer", { skip: skipWithoutNats() }, () => {
  it("deploy says so during the rollout and ends with 6 and without an old table", async () => {
    await using directory = await testDirectory();
    await using mesh = await startMesh(directory.path);
    const { cli, file, address } = mesh;
    const deploying = cli("deploy", file, "--wait-timeout", "9s");
    await eventually(async () => (await cli("get", "app")).code === 0, { what: "the deploy" });
    mesh.placement.freeze();
    const { code, stdout, stderr } = await deploying;
    assert.equal(code, UNAVAILABLE, stderr);
    assert.equal(stdout, "");
    const told = stderr.split("\n").filter((line) => line === `the placement service at ${address} does not answer in time`);
    assert.equal(told.length, 1, stderr);
    assert.match(stderr, /\nerror: \w+: whether app is ready after 9000 ms is not known: the placement service at /);
  });

  it("watch says that placement is away and that it is back, and goes on", async () => {
    await using directory = await testDirectory();
    await using mesh = await startMesh(directory.path);
    const { cli, file, address, placement } = mesh;
    assert.equal((await cli("deploy", file, "--no-wait")).code, 0);
    const child = spawn(process.execPath, [join(BUILD_ROOT, "services/cli/main.js"), "watch", "app", "--placement", address]);
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (chunk) => (stdout += chunk));
    child.stderr.on("data", (chunk) => (stderr += chunk));
    try {
      await eventually(() => stdout.includes("vm 0/1"), { what: "the application" });
      await placement.kill();
      const away = `no placement service answers at ${address}; start one (npm start), or name another with --placement\n`;
      await eventually(() => stderr === away, { what: "the outage" });
      await placement.start();
      await eventually(() => stderr === `${away}the placement service answers again\n`, { what: "its end" });
      assert.equal((await cli("scale", "app", "vm", "2")).code, 0);
      await eventually(() => stdout.includes("vm 0/2"), { what: "what has changed since" });
    } finally {
      await endChild(child);
    }
  });

  it("get says how old the view of placement is when NATS hangs", async () => {
    await using nats = await startNatsServer();
    await using mesh = await startTestMesh(nats.config);
    nats.freeze();
    const get = async () => {
      const result = await runCli(["get", "app", "--placement", `127.0.0.1:${mesh.placement.port}`]);
      return result.stderr === "" ? undefined : result;
    };
    const { code, stderr } = await eventually(get, { what: "the silence", timeoutMs: 20_000 });
    assert.equal(code, 0);
    assert.match(
      stderr,
      /^placement has heard no node for \d+\.\ds: NATS or the agents do not answer, and what it shows is as old\n$/,
    );
    nats.resume();
  });

  it("names the address in its own words, where nothing listens and where what listens is silent", async () => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => sockets.push(socket));
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const silent = await runCli(["get", "app", "--placement", address]);
    for (const socket of sockets) socket.destroy();
    await new Promise((closed) => server.close(closed));
    assert.deepEqual(
      [silent.code, silent.stderr],
      [UNAVAILABLE, `error: DEADLINE_EXCEEDED: the placement service at ${address} does not answer in time\n`],
    );
    const away = await runCli(["watch", "app", "--placement", address]);
    assert.equal(away.code, UNAVAILABLE);
    assert.match(away.stderr, new RegExp(`no placement service answers at ${address}; start one`));
  });
});
