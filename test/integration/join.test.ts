import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { createAuthority } from "../../services/cli/identity/certificates.js";
import { createFrontPapers } from "../../services/cli/identity/front-papers.js";
import { joinFleet, leaveFleet } from "../../services/cli/identity/join.js";
import { createMeshKeys, type MeshKeys } from "../../services/cli/identity/mesh-keys.js";
import { removeUnsecuredNode, revokeNode } from "../../services/cli/identity/revoke.js";
import {
  connectBus,
  createJoinToken,
  createKeyPair,
  frontSecretOf,
  type KindToken,
  openSealedKey,
  readJoinToken,
  type TokenParts,
  telemetrySubject,
} from "../../services/common/bus/index.js";
import { agentConfig, startTestAgent, testDirectory, testLog, testVmDriver } from "../support/agent-harness.js";
import { skipWithoutOpenssl } from "../support/certificates.js";
import { eventually } from "../support/eventually.js";
import { findNatsServer, skipWithoutNats, startNatsServer, type TestNatsServer } from "../support/nats-server.js";
import { call, nodesSeen, startTestPlacement, type TestPlacement, testNode } from "../support/placement-harness.js";
import { type CliResult, runCli } from "../support/run-cli.js";
import { encodeTelemetry } from "../support/telemetry-builders.js";

const options = { skip: skipWithoutNats() };

interface Mesh extends AsyncDisposable {
  readonly nats: TestNatsServer;
  readonly keys: MeshKeys;
  readonly directory: string;
  readonly placement: TestPlacement;
  token(kind?: KindToken, ttlMs?: number, more?: Pick<TokenParts, "front">): string;
  /** Exchanges a token; resolves to the file of credentials. */
  join(token: string, nodeId: string, frontHost?: string): Promise<string>;
}

async function startMesh(binary?: string): Promise<Mesh> {
  const directory = await testDirectory();
  const keyFolder = join(directory.path, "keys");
  const keys = createMeshKeys(keyFolder, join(directory.path, "jwt"));
  const configFile = join(directory.path, "nats.conf");
  writeFileSync(configFile, 'include "keys/nats-auth.conf"\n');
  const nats = await startNatsServer({ configFile, ...(binary === undefined ? {} : { binary }) });
  const args = ["--nats-credentials-file", join(keyFolder, "placement.creds"), "--join-key-file", join(keyFolder, "account.nk")];
  const placement = await startTestPlacement(nats.config, { args });
  let count = 0;
  return {
    nats,
    keys,
    directory: directory.path,
    placement,
    token: (kind = "vm", ttlMs = 60_000, more = {}) =>
      createJoinToken({ kind, account: keys.account, expiresAtMs: Date.now() + ttlMs, ca: "", ...more }),
    async join(token, nodeId, frontHost = "") {
      count += 1;
      const [tokenFile, out] = [join(directory.path, `token-${count}`), join(directory.path, `joined-${count}`)];
      writeFileSync(tokenFile, token);
      await joinFleet({ kind: "vm", nats: nats.config.servers, nodeId, caFile: "", tokenFile, frontHost, out }, testLog);
      return join(out, "agent.creds");
    },
    async [Symbol.asyncDispose]() {
      await placement.stop();
      await nats[Symbol.asyncDispose]();
      await directory[Symbol.asyncDispose]();
    },
  };
}

const servers = [findNatsServer(), process.env["STRAIGHTLINE_TEST_CURRENT_NATS_SERVER"]].filter((binary) => binary !== undefined);
for (const [index, binary] of servers.entries()) {
  const which = index === 0 ? "the installed nats-server" : "the current nats-server";
  test(`a token gives an agent its own credentials, once, and their removal cuts it off: ${which}`, options, async () => {
    await using mesh = await startMesh(binary);
    const token = mesh.token();
    const credentialsFile = await mesh.join(token, "n1");
    assert.equal(statSync(credentialsFile).mode & 0o777, 0o600);
    await assert.rejects(mesh.join(token, "n2"), { code: "UNAUTHENTICATED", message: /was used at .* by node n1/ });
    const config = agentConfig({ ...mesh.nats.config, credentialsFile }, mesh.directory, { nodeId: "n1" });
    await using _agent = await startTestAgent(config, testVmDriver(mesh.directory));
    await nodesSeen(mesh.placement, 1);
    await eventually(() => readFileSync(join(config.stateDirectory, "status"), "utf8") === "joined\n", {
      what: "the agent's word",
    });

    assert.equal(await revokeNode("n1", mesh.keys, mesh.nats.config, testLog), 1);
    const list = mesh.placement.fleet.ListNodes.bind(mesh.placement.fleet);
    await eventually(async () => (await call(list, {})).nodes.length === 0, { what: "the node to be off the list" });
    await assert.rejects(connectBus({ ...mesh.nats.config, credentialsFile }, "agent-n1", testLog), { code: "BUS_UNAVAILABLE" });
    await mesh.nats.stop();
    await mesh.nats.start();
    await assert.rejects(connectBus({ ...mesh.nats.config, credentialsFile }, "agent-n1", testLog), { code: "BUS_UNAVAILABLE" });
  });
}

test("with the deployer's credentials a job is submitted, and what it has made is fetched", options, async () => {
  await using mesh = await startMesh();
  const { directory, nats, placement } = mesh;
  const credentialsFile = await mesh.join(mesh.token(), "n1");
  const config = agentConfig({ ...nats.config, credentialsFile }, directory, { nodeId: "n1" });
  await using _agent = await startTestAgent(config, testVmDriver(directory));
  await nodesSeen(placement, 1);
  mkdirSync(join(directory, "source"));
  writeFileSync(join(directory, "source", "hello.txt"), "hello");
  const stage = 'sh, -c, "cp hello.txt $STRAIGHTLINE_OUTPUTS/greeting/"';
  writeFileSync(
    join(directory, "job.yaml"),
    `{name: job, source: ./source, stages: [{name: s, command: [${stage}], outputs: [greeting], resources: {cpu: 100m, memory: 64MiB}}]}`,
  );
  const job = (...args: string[]): Promise<CliResult> => {
    const credentials = ["--nats", nats.config.servers, "--nats-credentials-file", join(directory, "keys", "deployer.creds")];
    return runCli(["job", ...args, "--placement", `127.0.0.1:${placement.port}`, ...credentials]);
  };
  const submitted = await job("submit", join(directory, "job.yaml"));
  assert.equal(submitted.code, 0, submitted.stderr);
  const jobId = /^(job-[0-9a-f]{16}) {2}succeeded$/m.exec(submitted.stdout)?.[1] ?? "";
  const file = join(directory, "greeting.tgz");
  const fetched = await job("fetch", jobId, "greeting", "--output", file);
  assert.equal(fetched.code, 0, fetched.stderr);
  assert.equal(execFileSync("tar", ["-xzOf", file, "hello.txt"], { encoding: "utf8" }), "hello");
});

test("an id that is taken spends no token, and is free after leaving or removal", options, async () => {
  await using mesh = await startMesh();
  const first = await mesh.join(mesh.token(), "n1");
  const address = { ...mesh.nats.config, credentialsFile: first };
  const bus = await connectBus(address, "agent-n1", testLog);
  testNode(bus, "n1", "vm").tell([]);
  await nodesSeen(mesh.placement, 1);
  await bus.drain();
  await call(mesh.placement.fleet.Cordon.bind(mesh.placement.fleet), { nodeId: "n1" });
  const second = mesh.token();
  await assert.rejects(mesh.join(second, "n1"), { code: "CONFLICT", message: /node id n1 is taken since/ });
  await leaveFleet("vm", "n1", address, testLog);
  const list = mesh.placement.fleet.ListNodes.bind(mesh.placement.fleet);
  await eventually(async () => (await call(list, {})).nodes.length === 0, { what: "the node to be off the list" });
  await mesh.join(second, "n1");
  assert.equal(await revokeNode("n1", mesh.keys, mesh.nats.config, testLog), 2, "the key that left is revoked too");
  await mesh.join(mesh.token(), "n1");
  await assert.rejects(revokeNode("n9", mesh.keys, mesh.nats.config, testLog), { code: "UNKNOWN_NODE" });
});

test("of many who use one token at once, one joins", options, async () => {
  await using mesh = await startMesh();
  const token = mesh.token();
  const outcomes = await Promise.allSettled(["a", "b", "c", "d"].map((nodeId) => mesh.join(token, nodeId)));
  assert.equal(outcomes.filter(({ status }) => status === "fulfilled").length, 1);
  for (const outcome of outcomes) {
    if (outcome.status === "rejected") assert.match(String(outcome.reason), /was used at/);
  }
});

test("a token allows one question and nothing else", options, async () => {
  await using mesh = await startMesh();
  const { credentials, tokenId } = readJoinToken(mesh.token(), Date.now());
  const bus = await connectBus({ ...mesh.nats.config, credentials }, `join-${tokenId}`, testLog);
  const denied: string[] = [];
  bus.onStatus((status) => status.type === "denied" && denied.push(status.subject));
  const subjects = [
    telemetrySubject("vm", "n1"),
    `straightline.v1.join.container.${tokenId}`,
    "$JS.API.STREAM.INFO.KV_identities",
  ];
  for (const subject of subjects) bus.publish(subject, encodeTelemetry("n1", "vm"));
  for (const subject of ["straightline.v1.join.>", "_INBOX.>"]) bus.subscribe(subject, () => undefined);
  await eventually(() => denied.length === 5, { what: "the refusals" });
  await bus.drain();
});

test("a token that has expired or is of another mesh is refused, and leaves nothing", options, async () => {
  await using mesh = await startMesh();
  await assert.rejects(mesh.join(mesh.token("vm", -1000), "n1"), { code: "UNAUTHENTICATED", message: /has expired at/ });
  const foreign = createJoinToken({ kind: "vm", account: createKeyPair("account"), expiresAtMs: Date.now() + 60_000, ca: "" });
  await assert.rejects(mesh.join(foreign, "n1"), { code: "UNAUTHENTICATED", message: /of another mesh/ });
  assert.equal(existsSync(join(mesh.directory, "joined-2")), false);
});

test("without credentials a node is taken off the list, as there is nothing to revoke", options, async () => {
  await using nats = await startNatsServer();
  await using placement = await startTestPlacement(nats.config).then((one) =>
    Object.assign(one, { [Symbol.asyncDispose]: () => one.stop() }),
  );
  const bus = await connectBus(nats.config, "agent-n1", testLog);
  testNode(bus, "n1", "vm").tell([]);
  await nodesSeen(placement, 1);
  await bus.drain();
  const list = placement.fleet.ListNodes.bind(placement.fleet);
  const remove = (nodeId: string): Promise<CliResult> => runCli(["nodes", "remove", nodeId, "--nats", nats.config.servers]);
  // Its record is written at placement's next look.
  await eventually(async () => (await remove("n1")).code === 0, { what: "the removal" });
  await eventually(async () => (await call(list, {})).nodes.length === 0, { what: "the node to be off the list" });
  const unknown = await remove("n1");
  assert.equal(unknown.code, 3);
  assert.match(unknown.stderr, /no agent has ever spoken for node "n1"/);
});

test("a node with credentials is not removed without the keys that revoke them", options, async () => {
  await using mesh = await startMesh();
  await mesh.join(mesh.token(), "n1");
  await assert.rejects(removeUnsecuredNode("n1", mesh.nats.config, testLog), { code: "UNAUTHENTICATED", message: /--keys/ });
  const address = { ...mesh.nats.config, credentialsFile: join(mesh.directory, "keys", "placement.creds") };
  await assert.rejects(removeUnsecuredNode("n1", address, testLog), { code: "UNAUTHENTICATED", message: /has joined by token/ });
});

/** An authority, and the papers of a front that it has signed for these names. */
function papersFor(directory: string, ...hosts: string[]) {
  const certs = join(directory, "certs");
  if (!existsSync(certs)) createAuthority(certs);
  return createFrontPapers(hosts, 7099, certs);
}

const tlsOptions = { skip: options.skip || skipWithoutOpenssl() };

test("a token brings the agent's front its certificate, and its key only to the one that joins by it", tlsOptions, async () => {
  await using mesh = await startMesh();
  const front = papersFor(mesh.directory, "node-1.example", "10.0.0.5");
  const token = mesh.token("vm", 60_000, { front });
  const carried = readJoinToken(token, Date.now()).front;
  const text = Buffer.from(token.slice(token.indexOf(".") + 1), "base64url").toString();
  assert.ok(carried !== undefined && text.includes("BEGIN CERTIFICATE") && !text.includes("PRIVATE KEY"));
  const foreign = frontSecretOf(createKeyPair("account"), readJoinToken(token, Date.now()).tokenId);
  assert.throws(() => openSealedKey(carried.sealedKey, foreign), { code: "UNAUTHENTICATED" });

  const folder = dirname(await mesh.join(token, "n1"));
  const read = (name: string): string => readFileSync(join(folder, name), "utf8");
  assert.equal(read("front.key"), front.key);
  assert.equal(statSync(join(folder, "front.key")).mode & 0o777, 0o600);
  assert.deepEqual([read("front-host"), read("front-port")], ["node-1.example\n", "7099\n"]);
  const certificate = new X509Certificate(read("front.pem"));
  assert.ok(certificate.verify(new X509Certificate(read("front-ca.pem")).publicKey));
  assert.deepEqual(certificate.keyUsage, ["1.3.6.1.5.5.7.3.1"], "it opens no service to its holder");

  await assert.rejects(mesh.join(token, "n2"), { code: "UNAUTHENTICATED", message: /was used at/ });
  assert.equal(existsSync(join(mesh.directory, "joined-2")), false);
});

test("a token whose front cannot be opened takes no id", tlsOptions, async () => {
  await using mesh = await startMesh();
  const token = mesh.token("vm", 60_000, { front: papersFor(mesh.directory, "node-1.example") });
  const [, body = ""] = token.split(".");
  const parts = JSON.parse(Buffer.from(body, "base64url").toString());
  parts.front.sealedKey = Buffer.alloc(64).toString("base64url");
  const broken = `slj1.${Buffer.from(JSON.stringify(parts)).toString("base64url")}`;
  await assert.rejects(mesh.join(broken, "n1"), { code: "UNAUTHENTICATED", message: /has not opened the front's key/ });
  await mesh.join(mesh.token(), "n1");
});

test("a front under a name that its certificate is not good for is refused, and the token is not spent", tlsOptions, async () => {
  await using mesh = await startMesh();
  const token = mesh.token("vm", 60_000, { front: papersFor(mesh.directory, "node-1.example", "10.0.0.5") });
  await assert.rejects(mesh.join(token, "n1", "node-2.example"), {
    code: "CONFIG_INVALID",
    message: /is good for DNS:node-1\.example, IP Address:10\.0\.0\.5, not for "node-2\.example"/,
  });
  await assert.rejects(mesh.join(mesh.token(), "n1", "node-1.example"), {
    code: "INVALID_REQUEST",
    message: /--front-host: the join token brings no certificate for a front; make one by/,
  });
  assert.deepEqual(
    [1, 2].filter((index) => existsSync(join(mesh.directory, `joined-${index}`))),
    [],
  );
  const folder = dirname(await mesh.join(token, "n1", "10.0.0.5"));
  assert.equal(readFileSync(join(folder, "front-host"), "utf8"), "10.0.0.5\n");
});
