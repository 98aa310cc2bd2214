import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { eventually } from "../support/eventually.js";
import { skipWithoutNats, startNatsServer } from "../support/nats-server.js";
import { startTestPlacement } from "../support/placement-harness.js";

const options = { skip: skipWithoutNats() };
const MAIN = fileURLToPath(new URL("../../services/placement/main.js", import.meta.url));

/** A placement process with what it has written. */
interface PlacementChild extends AsyncDisposable {
  readonly child: ChildProcess;
  readonly written: { stdout: string; stderr: string };
  readonly exit: Promise<number | null>;
}

function startChild(...args: string[]): PlacementChild {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const written = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk) => (written.stdout += chunk));
  child.stderr.on("data", (chunk) => (written.stderr += chunk));
  const exit = once(child, "exit").then(([code]) => code as number | null);
  return {
    child,
    written,
    exit,
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await exit;
    },
  };
}

test("the program serves until SIGTERM, then ends with 0 and has printed nothing on standard output", options, async () => {
  await using nats = await startNatsServer();
  await using placement = startChild("--port", "0", "--nats", nats.config.servers);
  const port = await eventually(() => /"port":(\d+)/.exec(placement.written.stderr)?.[1], { what: "the port in the log" });
  const socket = connect({ host: "127.0.0.1", port: Number(port) });
  await once(socket, "connect");
  socket.destroy();
  placement.child.kill("SIGTERM");
  assert.equal(await placement.exit, 0);
  assert.equal(placement.written.stdout, "");
  assert.match(placement.written.stderr, /"msg":"stopped"/);
});

test("a second placement on one port ends with 1 and says whose port it is", options, async () => {
  await using nats = await startNatsServer();
  await using first = await startTestPlacement(nats.config);
  await using second = startChild("--port", String(first.port), "--nats", nats.config.servers);
  assert.equal(await second.exit, 1);
  assert.match(second.written.stderr, /"code":"PORT_IN_USE"/);
  assert.match(second.written.stderr, /is taken by another process/);
});

test("without NATS it waits as long as it is told to, then ends with 1 and the remedy", async () => {
  await using placement = startChild("--port", "0", "--nats", "nats://127.0.0.1:1", "--start-timeout", "1500ms");
  assert.equal(await placement.exit, 1);
  assert.match(placement.written.stderr, /"code":"BUS_UNAVAILABLE"/);
  assert.match(placement.written.stderr, /start nats-server -js or set --nats/);
});

test("a wrong configuration is told whole, and ends with 1", async () => {
  await using placement = startChild("--port", "99999999", "--f", "-1", "--colour", "blue");
  assert.equal(await placement.exit, 1);
  for (const part of ["port", "frequencyThreshold", "--colour: unknown argument"])
    assert.ok(placement.written.stderr.includes(part), part);
});

test("a listener beyond loopback without TLS is refused", options, async () => {
  await using nats = await startNatsServer();
  await using placement = startChild("--host", "0.0.0.0", "--port", "0", "--nats", nats.config.servers);
  assert.equal(await placement.exit, 1);
  assert.match(placement.written.stderr, /"code":"INSECURE_LISTENER"/);
});
