import assert from "node:assert/strict";
import { test } from "node:test";
import { StraightLineError } from "../../common/errors/index.js";
import { createSlots } from "./slots.js";

const FOREVER = new AbortController().signal;

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    assert.ok(error instanceof StraightLineError);
    assert.equal(error.details.metadata?.["executed"], "false");
    return error.code;
  }
  return "none";
}

test("as many run as there are slots, the others wait in order", async () => {
  const slots = createSlots({ concurrency: 2, queueLimit: 2 });
  const tickets = [1, 2, 3, 4].map(() => slots.admit());
  const order: number[] = [];
  const runs = tickets.map(async (ticket, index) => {
    await ticket.run(FOREVER);
    order.push(index);
  });
  await Promise.all(runs.slice(0, 2));
  assert.deepEqual([slots.runningCount, slots.waitingCount], [2, 2]);
  tickets[1]?.release();
  await runs[2];
  tickets[0]?.release();
  await runs[3];
  assert.deepEqual(order, [0, 1, 2, 3]);
});

test("a request beyond slots and queue is refused as not executed, and taken again when one has left", () => {
  const slots = createSlots({ concurrency: 1, queueLimit: 1 });
  const first = slots.admit();
  slots.admit();
  assert.equal(
    codeOf(() => slots.admit()),
    "OVERLOADED",
  );
  first.release();
  assert.equal(
    codeOf(() => slots.admit()),
    "none",
  );
});

test("a request that gives up waiting leaves its place to the next", async () => {
  const slots = createSlots({ concurrency: 1, queueLimit: 2 });
  const [running, impatient, patient] = [slots.admit(), slots.admit(), slots.admit()];
  await running.run(FOREVER);
  const controller = new AbortController();
  const waiting = impatient.run(controller.signal);
  const next = patient.run(FOREVER);
  controller.abort(new Error("gave up"));
  await assert.rejects(waiting, /gave up/);
  impatient.release();
  running.release();
  await next;
  assert.deepEqual([slots.runningCount, slots.waitingCount], [1, 0]);
});

test("a request whose time is already up never waits", async () => {
  const slots = createSlots({ concurrency: 1, queueLimit: 0 });
  const controller = new AbortController();
  controller.abort(new Error("too late"));
  await assert.rejects(slots.admit().run(controller.signal), /too late/);
  assert.equal(slots.runningCount, 0);
});

test("a ticket released twice frees one place only", () => {
  const slots = createSlots({ concurrency: 1, queueLimit: 0 });
  const ticket = slots.admit();
  ticket.release();
  ticket.release();
  assert.equal(slots.waitingCount, 0);
});

test("draining refuses what is new and ends when the last request has left", async () => {
  const slots = createSlots({ concurrency: 1, queueLimit: 1 });
  const held = slots.admit();
  let drained = false;
  const draining = slots.drain().then(() => {
    drained = true;
  });
  assert.equal(
    codeOf(() => slots.admit()),
    "DRAINING",
  );
  await Promise.resolve();
  assert.equal(drained, false);
  held.release();
  await draining;
});
