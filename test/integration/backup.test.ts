import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { createAuthority, issueCertificate } from "../../services/cli/identity/certificates.js";
import { joinFleet } from "../../services/cli/identity/join.js";
import { createMeshKeys, type MeshKeys } from "../../services/cli/identity/mesh-keys.js";
import { revokeNode } from "../../services/cli/identity/revoke.js";
import { connectBus, createJoinToken } from "../../services/common/bus/index.js";
import type { NatsConfig } from "../../services/common/config/index.js";
import { agentConfig, startTestAgent, testBus, testDirectory, testLog, testVmDriver } from "../support/agent-harness.js";
import { skipWithoutOpenssl } from "../support/certificates.js";
import { eventually } from "../support/eventually.js";
import { inCi } from "../support/in-ci.js";
import { findNatsServer, skipWithoutNats, startNatsServer, type TestNatsServer } from "../support/nats-server.js";
import { startTestPlacement, type TestPlacement, testApplication } from "../support/placement-harness.js";
import { storeTinyBundle } from "../support/tiny-bundle.js";

const execute = promisify(execFile);
const OPERATE = "docs/operate.md";

/** Why it cannot run here, or false: it takes NATS's own command. */
function skipWithoutNatsCommand(): string | false {
  if (spawnSync("nats", ["--version"]).error === undefined) return false;
  const reason = "no `nats` on PATH; go install github.com/nats-io/natscli/nats@v0.5.1 makes it";
  if (inCi()) throw new Error(reason);
  console.error(`\n*** SKIPPED: backup and restore: ${reason} ***\n`);
  return reason;
}

/** A mesh with TLS and tokens, its files laid out as on the page. */
interface Mesh {
  /** Holds the mesh's folder and stands for the server's /var/lib/nats, which the page names. */
  readonly directory: string;
  readonly keys: MeshKeys;
  readonly nats: TestNatsServer;
  /** For the bus, with a user's credentials. */
  as(credentialsFile: string): NatsConfig;
}

async function startMesh(directory: string, binary: string): Promise<Mesh> {
  const [mesh, certs] = [join(directory, "mesh"), join(directory, "mesh/certs")];
  await mkdir(certs, { recursive: true });
  const keys = createMeshKeys(join(mesh, "keys"), join(directory, "jwt"));
  createAuthority(certs);
  issueCertificate(certs, "nats", ["127.0.0.1", "localhost"], "server");
  const tls = `tls { cert_file: "${certs}/nats.pem", key_file: "${certs}/nats.key", timeout: 20 }`;
  await writeFile(join(directory, "nats.conf"), `${tls}\ninclude "mesh/keys/nats-auth.conf"\n`);
  const nats = await startNatsServer({ configFile: join(directory, "nats.conf"), binary });
  const as = (credentialsFile: string): NatsConfig => ({ ...nats.config, credentialsFile, caFile: join(certs, "ca.pem") });
  return { directory, keys, nats, as };
}

/** The commands of the page that speak of a folder `backup`: to make it, and to use it. */
async function documented({ directory, nats }: Mesh): Promise<readonly [string, string]> {
  const text = await readFile(OPERATE, "utf8");
  const blocks = [...text.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, commands]) => commands as string);
  const [save, load] = blocks.filter((commands) => commands.includes("backup/jetstream"));
  assert.ok(save !== undefined && load !== undefined, OPERATE);
  const here = (commands: string): string =>
    commands.replaceAll("nats.example:4222", `localhost:${nats.port}`).replaceAll("/var/lib/nats", directory);
  return [here(save), here(load)];
}

async function shell(commands: string, cwd: string): Promise<void> {
  await execute("/bin/sh", ["-e", "-c", commands], { cwd, timeout: 60_000 });
}

function placementOf(mesh: Mesh): Promise<TestPlacement> {
  const { credentialsFile, caFile } = mesh.as(join(mesh.directory, "mesh/keys/placement.creds"));
  const bus = ["--nats-credentials-file", credentialsFile, "--nats-ca-file", caFile];
  return startTestPlacement(mesh.nats.config, {
    args: [...bus, "--join-key-file", join(mesh.directory, "mesh/keys/account.nk")],
  });
}

/** Joins by a token; resolves to the file of credentials. */
async function joinAs(mesh: Mesh, nodeId: string, folder = nodeId): Promise<string> {
  const [tokenFile, out] = [join(mesh.directory, `${nodeId}.token`), join(mesh.directory, folder)];
  await writeFile(
    tokenFile,
    createJoinToken({ kind: "vm", account: mesh.keys.account, expiresAtMs: Date.now() + 60_000, ca: "" }),
  );
  await joinFleet(
    { ...{ kind: "vm", nodeId, tokenFile, out }, nats: mesh.nats.config.servers, caFile: mesh.as("").caFile, frontHost: "" },
    testLog,
  );
  return join(out, "agent.creds");
}

/** The answer of the application's instance to a placed request. */
function answer(placement: TestPlacement): Promise<string> {
  const ask = async (): Promise<string | undefined> => {
    const placed = await placement.place({}).catch(() => undefined);
    if (placed === undefined) return undefined;
    const response = await fetch(`${placed.httpEndpoint}/echo`, { method: "POST", body: "hello" });
    await placement.report(placed.placementId);
    return response.text();
  };
  return eventually(ask, { what: "an answer of the application" });
}

async function deployTiny(mesh: Mesh, placement: TestPlacement): Promise<void> {
  await using bus = await testBus(mesh.as(join(mesh.directory, "mesh/keys/placement.creds")));
  const form = { kind: "NODE_KIND_VM", resources: { cpuMillicores: 100, memoryBytes: 256 * 1024 ** 2 }, replicas: 1 } as const;
  const artifact = { bundle: { digest: await storeTinyBundle(bus), sizeBytes: 1 } };
  await placement.deploy(testApplication([], { artifact, implementations: [form] }));
}

const skip = skipWithoutNats() || skipWithoutOpenssl() || skipWithoutNatsCommand();
const servers = [findNatsServer(), process.env["STRAIGHTLINE_TEST_CURRENT_NATS_SERVER"]].filter((binary) => binary !== undefined);
for (const [index, binary] of servers.entries()) {
  const which = index === 0 ? "the installed nats-server" : "the current nats-server";
  test(`by the page's commands a server that has lost everything gets back what ran, and whom it had shut out: ${which}`, {
    skip,
  }, async () => {
    await using folder = await testDirectory();
    const mesh = await startMesh(folder.path, binary);
    await using nats = mesh.nats;
    const before = await placementOf(mesh);
    const credentialsFile = await joinAs(mesh, "n1");
    const config = agentConfig(mesh.as(credentialsFile), folder.path, { nodeId: "n1" });
    const agent = await startTestAgent(config, testVmDriver(folder.path));
    await deployTiny(mesh, before);
    assert.equal(await answer(before), "hello");
    const removed = await joinAs(mesh, "removed");
    await revokeNode("removed", mesh.keys, mesh.as(""), testLog);
    const [save, load] = await documented(mesh);
    await shell(save, folder.path);

    await agent.stop();
    await before.stop();
    await nats.stop("crash");
    for (const lost of [nats.store, join(folder.path, "jwt"), config.cacheDirectory, config.stateDirectory]) {
      await rm(lost, { recursive: true });
    }
    const [first = "", ...rest] = load.split("\n");
    await shell(first, folder.path);
    await nats.start();
    await shell(rest.join("\n"), folder.path);

    await using after = await placementOf(mesh);
    await using _agent = await startTestAgent(config, testVmDriver(folder.path));
    assert.equal(await answer(after), "hello");
    await assert.rejects(connectBus(mesh.as(removed), "agent-removed", testLog), { code: "BUS_UNAVAILABLE" });
    await assert.rejects(joinAs(mesh, "n1", "n1-again"), { code: "CONFLICT" });
  });
}
