import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { test } from "node:test";
import { StraightLineError } from "../errors/index.js";
import { createLogger } from "../observe/index.js";
import { runLifecycle, type StopStep, withTimeout } from "./lifecycle.js";

const log = createLogger("test", "silent");

function fakeProcess() {
  const events = new EventEmitter();
  const exits: number[] = [];
  return { on: events.on.bind(events), exit: (code: number) => void exits.push(code), emit: events.emit.bind(events), exits };
}

function started(steps: readonly StopStep[]) {
  let running = (): void => undefined;
  const isRunning = new Promise<void>((resolve) => (running = resolve));
  const start = () => {
    setImmediate(running);
    return Promise.resolve(steps);
  };
  return { start, isRunning };
}

test("stop steps run in their order and the process exits 0", async () => {
  const process = fakeProcess();
  const order: string[] = [];
  const { start, isRunning } = started([
    { name: "refuse", run: () => void order.push("refuse") },
    { name: "finish", run: () => void order.push("finish") },
  ]);
  const ended = runLifecycle({ process, log, stopTimeoutMs: 1000, start });
  await isRunning;
  process.emit("SIGTERM");
  await ended;
  assert.deepEqual(order, ["refuse", "finish"]);
  assert.deepEqual(process.exits, [0]);
});

test("a step that fails does not keep the later ones from running", async () => {
  const process = fakeProcess();
  const order: string[] = [];
  const { start, isRunning } = started([
    { name: "breaks", run: () => Promise.reject(new Error("no")) },
    { name: "later", run: () => void order.push("later") },
  ]);
  const ended = runLifecycle({ process, log, stopTimeoutMs: 1000, start });
  await isRunning;
  process.emit("SIGINT");
  process.emit("SIGINT");
  await ended;
  assert.deepEqual(order, ["later"]);
  assert.deepEqual(process.exits, [0]);
});

test("a start that fails exits 1", async () => {
  const process = fakeProcess();
  const start = () => Promise.reject(new StraightLineError("PORT_IN_USE", "taken"));
  await runLifecycle({ process, log, stopTimeoutMs: 1000, start });
  assert.deepEqual(process.exits, [1]);
});

test("draining that hangs ends with exit 1 after its time", async () => {
  const process = fakeProcess();
  const { start, isRunning } = started([{ name: "hangs", run: () => new Promise(() => undefined) }]);
  const ended = runLifecycle({ process, log, stopTimeoutMs: 20, start });
  await isRunning;
  process.emit("SIGTERM");
  await ended;
  assert.deepEqual(process.exits, [1]);
});

test("withTimeout names what took too long", async () => {
  await assert.rejects(withTimeout(new Promise(() => undefined), 5, "the wait"), /the wait took longer than 5 ms/);
});
