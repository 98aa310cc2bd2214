import assert from "node:assert/strict";
import { mock, test } from "node:test";
import type { TelemetrySnapshot, TelemetrySnapshot__Output } from "../../../proto/gen/straightline/v1/TelemetrySnapshot.js";
import { createLogger } from "../../../services/common/observe/index.js";
import { messageCodec } from "../../../services/common/wire/index.js";
import { createDuplicateGuard } from "./duplicate-guard.js";
import { createSnapshotPublisher } from "./publisher.js";
import { materialKey } from "./snapshot.js";

const codec = messageCodec<TelemetrySnapshot, TelemetrySnapshot__Output>("TelemetrySnapshot");

function publisherOn(clock: { key: string; connected: boolean }) {
  const sent: (string | undefined)[] = [];
  const publisher = createSnapshotPublisher({
    key: () => clock.key,
    encode: () => new Uint8Array(),
    send: () => (clock.connected ? (_data, traceparent) => sent.push(traceparent) : undefined),
  });
  return { publisher, sent };
}

test("changes that come together are sent once, 50 ms later, with the trace they belong to", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const state = { key: "a", connected: true };
  const { publisher, sent } = publisherOn(state);
  publisher.publish();
  state.key = "b";
  publisher.changed("trace");
  publisher.changed();
  t.mock.timers.tick(49);
  assert.equal(sent.length, 1);
  t.mock.timers.tick(1);
  assert.deepEqual(sent, [undefined, "trace"]);
});

test("a change that is none, or is taken back in time, is not sent", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const state = { key: "a", connected: true };
  const { publisher, sent } = publisherOn(state);
  publisher.publish();
  state.key = "b";
  publisher.changed();
  state.key = "a";
  t.mock.timers.tick(100);
  assert.equal(sent.length, 1);
});

test("while the bus is away nothing is sent, and what was missed is sent as it then is", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const state = { key: "a", connected: false };
  const { publisher, sent } = publisherOn(state);
  publisher.publish();
  publisher.changed();
  t.mock.timers.tick(100);
  assert.equal(sent.length, 0);
  state.connected = true;
  publisher.publish();
  assert.equal(sent.length, 1);
});

test("a slot that is taken is material only when it was the last one", () => {
  const instance = (inFlight: number) => ({ instanceId: "i", state: "INSTANCE_STATE_READY", concurrency: 2, inFlight }) as const;
  assert.equal(materialKey([instance(0)], undefined), materialKey([instance(1)], undefined));
  assert.notEqual(materialKey([instance(1)], undefined), materialKey([instance(2)], undefined));
  assert.notEqual(materialKey([instance(1)], undefined), materialKey([instance(1)], "engine unreachable"));
});

function guardOf(identity: { epochMs: number; agentInstanceId: string }) {
  const [onOlder, onNewer] = [mock.fn(), mock.fn()];
  const guard = createDuplicateGuard({ nodeId: "n", identity, log: createLogger("test", "silent"), onOlder, onNewer });
  const hear = (epochMs: number, agentInstanceId: string): void =>
    guard({ subject: "s", data: codec.encode({ nodeId: "n", agentEpochMs: epochMs, agentInstanceId }), traceparent: undefined });
  return { guard, hear, older: () => onOlder.mock.callCount(), newer: () => onNewer.mock.callCount() };
}

test("an agent goes when it hears one that was there first, and answers one that came later once", () => {
  const { hear, older, newer } = guardOf({ epochMs: 100, agentInstanceId: "m" });
  hear(100, "m");
  assert.deepEqual([older(), newer()], [0, 0], "itself");
  hear(101, "a");
  hear(102, "a");
  assert.deepEqual([older(), newer()], [0, 1], "a newcomer");
  hear(99, "z");
  assert.deepEqual([older(), newer()], [1, 1], "an older one");
});

test("of two agents of the same millisecond exactly one goes", () => {
  const [low, high] = [guardOf({ epochMs: 1, agentInstanceId: "a" }), guardOf({ epochMs: 1, agentInstanceId: "b" })];
  low.hear(1, "b");
  high.hear(1, "a");
  assert.deepEqual([low.older(), high.older()], [0, 1]);
});

test("bytes that are no snapshot are no agent", () => {
  const { guard, older, newer } = guardOf({ epochMs: 1, agentInstanceId: "a" });
  guard({ subject: "s", data: Buffer.from([0xff, 0xff]), traceparent: undefined });
  guard({ subject: "s", data: new Uint8Array(), traceparent: undefined });
  assert.deepEqual([older(), newer()], [0, 0]);
});
