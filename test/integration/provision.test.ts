import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import {
  createCommandRunner,
  createInstaller,
  ensureDockerEngine,
  ensureNatsServer,
  probeSocket,
  startNatsServer,
} from "../../services/cli/provision/index.js";
import { connectBus, openArtifactStore } from "../../services/common/bus/index.js";
import { StraightLineError } from "../../services/common/errors/index.js";
import { createLogger } from "../../services/common/observe/index.js";
import { inCi } from "../support/in-ci.js";

const log = createLogger("test", "silent");
const runner = createCommandRunner(process.env);
const installer = createInstaller({ mode: "never", print: () => undefined, runner, now: Date.now });

describe("nats-server of our own", () => {
  let directory: string;
  let binary: string | undefined;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "straightline-provision-"));
    binary = await runner.find("nats-server");
    if (binary === undefined && inCi()) throw new Error("nats-server is not installed");
    if (binary === undefined) console.error("\n*** SKIPPED: nats-server is not installed ***\n");
  });
  after(() => rm(directory, { recursive: true, force: true }));

  it("is found on PATH, answers with JetStream, refuses a second one on its port, and leaves with stop", async (t) => {
    if (binary === undefined) return t.skip("nats-server is not installed");
    const port = await freePort();
    const options = {
      binary: await ensureNatsServer("", installer),
      port,
      storeDirectory: join(directory, "js"),
      env: process.env,
    };
    const server = await startNatsServer(options);
    const bus = await connectBus({ servers: server.url, credentialsFile: "", caFile: "" }, "test", log);
    // The object store needs JetStream.
    await openArtifactStore(bus);
    await bus.drain();
    await assert.rejects(startNatsServer(options), hasCode("PORT_IN_USE", new RegExp(String(port))));
    await server.stop();
    assert.throws(() => process.kill(server.pid, 0), { code: "ESRCH" });
  });

  it("tells the last lines of a server that ends at once", async () => {
    const broken = join(directory, "broken");
    await writeFile(broken, "#!/bin/sh\necho 'cannot do that' >&2\nexit 1\n", { mode: 0o755 });
    const options = { binary: broken, port: await freePort(), storeDirectory: join(directory, "js"), env: process.env };
    await assert.rejects(startNatsServer(options), hasCode("START_FAILED", /ended at once.*cannot do that/s));
  });

  it("is missing, with a way to get it, when nothing may be installed", async () => {
    const bare = createCommandRunner({ PATH: "/nonexistent" });
    const nothing = createInstaller({
      mode: "never",
      print: () => undefined,
      runner: { ...bare, find: async () => undefined },
      now: Date.now,
    });
    await assert.rejects(ensureNatsServer("", nothing), hasCode("COMPONENT_MISSING", /nats.io\/download/));
  });
});

describe("the command runner", () => {
  it("ends a command that runs out of time, with its children, and shows what it said", async () => {
    const script = "echo started; sleep 60 & wait";
    const outcome = await runner.run({ argv: ["sh", "-c", script], timeoutMs: 500 });
    assert.deepEqual(outcome, { type: "timedOut", tail: "started" });
  });

  it("tells of a program that is not there", async () => {
    const outcome = await runner.run({ argv: ["/no/such/program"], timeoutMs: 500 });
    assert.equal(outcome.type, "notStarted");
  });

  it("adds to the environment", async () => {
    const outcome = await runner.run({ argv: ["sh", "-c", 'echo "$GREETING"'], env: { GREETING: "hello" }, timeoutMs: 5000 });
    assert.deepEqual(outcome, { type: "exited", exitCode: 0, tail: "hello" });
  });
});

describe("a socket", () => {
  let directory: string;
  const servers: Server[] = [];
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "straightline-socket-"));
  });
  after(async () => {
    for (const server of servers) server.close();
    await rm(directory, { recursive: true, force: true });
  });
  const serve = async (name: string, status: number): Promise<string> => {
    const path = join(directory, name);
    const server = createServer((_request, response) => response.writeHead(status).end());
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(path, resolve));
    return path;
  };

  it("answers, is silent, or is absent", async () => {
    assert.equal(await probeSocket(await serve("good.sock", 200)), "answers");
    assert.equal(await probeSocket(await serve("bad.sock", 500)), "silent");
    await writeFile(join(directory, "file"), "");
    assert.equal(await probeSocket(join(directory, "file")), "silent");
    assert.equal(await probeSocket(join(directory, "none.sock")), "absent");
  });

  it("that is configured and answers is the engine", async () => {
    const socketPath = await serve("engine.sock", 200);
    const engine = await ensureDockerEngine({ socketPath, env: process.env, installer });
    assert.ok(engine.type === "available" && engine.socketPath === socketPath && !engine.startedByUs);
  });
});

function hasCode(code: string, text: RegExp): (error: unknown) => boolean {
  return (error) => error instanceof StraightLineError && error.code === code && text.test(error.message);
}

async function freePort(): Promise<number> {
  const server = createTcpServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
