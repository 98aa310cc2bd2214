import assert from "node:assert/strict";
import { test } from "node:test";
import type { PlaceStreamItem } from "../../proto/gen/straightline/v1/PlaceStreamItem.js";
import type { PlaceStreamResult__Output } from "../../proto/gen/straightline/v1/PlaceStreamResult.js";
import { fromGrpcError } from "../../services/common/rpc/index.js";
import { testBus } from "../support/agent-harness.js";
import { eventually } from "../support/eventually.js";
import { skipWithoutNats, startNatsServer } from "../support/nats-server.js";
import { startTestPlacement, type TestPlacement, tellTrio } from "../support/placement-harness.js";

const options = { skip: skipWithoutNats() };

/** An open stream with what has come from it. */
function openStream(placement: TestPlacement) {
  const stream = placement.placements.PlaceStream();
  const results = new Map<number, PlaceStreamResult__Output>();
  const state = { messages: 0, ended: false, error: "" };
  stream.on("data", (message) => {
    state.messages += 1;
    for (const result of message.results) results.set(result.id, result);
  });
  stream.on("end", () => {
    state.ended = true;
  });
  stream.on("error", (error) => {
    state.error = fromGrpcError(error as Parameters<typeof fromGrpcError>[0], "PLACEMENT_UNAVAILABLE").message;
  });
  return {
    results,
    state,
    send: (items: PlaceStreamItem[]) => stream.write({ items }),
    end: () => stream.end(),
    cancel: () => stream.cancel(),
    answered: (count: number) => eventually(() => results.size >= count, { what: `${count} answers` }),
  };
}

function placeItem(id: number, changes: PlaceStreamItem["place"] = {}): PlaceStreamItem {
  return { id, place: { application: "app", ...changes } };
}

test(
  "a stream answers a batch in few messages, each item under its id, failures with the facts of a status",
  options,
  async () => {
    await using nats = await startNatsServer();
    await using bus = await testBus(nats.config);
    await using placement = await startTestPlacement(nats.config);
    await placement.deploy();
    await tellTrio(bus, placement, { concurrency: 1000 });
    const stream = openStream(placement);
    stream.send(Array.from({ length: 256 }, (_, id) => placeItem(id)));
    await stream.answered(256);
    assert.ok(stream.state.messages <= 8, `${stream.state.messages} messages`);
    assert.equal(new Set([...stream.results.values()].map(({ placement: placed }) => placed?.placementId)).size, 256);

    stream.send([
      placeItem(300, { application: "nobody" }),
      placeItem(301, { data: { sizeBytes: -1 } }),
      placeItem(302, { constraints: { zones: ["nowhere"] } }),
      { id: 303 },
      { id: 304, report: { placementId: stream.results.get(0)?.placement?.placementId ?? "", outcome: "OUTCOME_OK" } },
    ]);
    await stream.answered(261);
    const reasons = [300, 301, 302, 303].map((id) => stream.results.get(id)?.failure?.reason);
    assert.deepEqual(reasons, ["UNKNOWN_APPLICATION", "INVALID_REQUEST", "NEVER_FITS", "INVALID_REQUEST"]);
    assert.ok((stream.results.get(302)?.failure?.trace?.steps.length ?? 0) > 0);
    assert.equal(stream.results.get(304)?.result, undefined);
    stream.end();
    await eventually(() => stream.state.ended, { what: "the end of the stream" });
    assert.equal(stream.state.error, "");
  },
);

test("items that wait hold up no others, and are answered when a report in the stream frees their slot", options, async () => {
  await using nats = await startNatsServer();
  await using bus = await testBus(nats.config);
  await using placement = await startTestPlacement(nats.config);
  await placement.deploy();
  await tellTrio(bus, placement);
  const stream = openStream(placement);
  stream.send([1, 2, 3, 4, 5].map((id) => placeItem(id, { wait: true })));
  await stream.answered(3);
  const first = stream.results.get(1)?.placement;
  stream.send([{ id: 6, report: { placementId: first?.placementId ?? "", outcome: "OUTCOME_OK" } }]);
  await stream.answered(5);
  assert.equal(stream.results.get(4)?.placement?.instanceId, first?.instanceId, "first come, first served");
  assert.equal(stream.results.has(5), false);
  stream.cancel();
});

test("a message of more than 256 items ends the stream with the reason", options, async () => {
  await using nats = await startNatsServer();
  await using placement = await startTestPlacement(nats.config);
  const stream = openStream(placement);
  stream.send(Array.from({ length: 257 }, (_, id) => placeItem(id)));
  await eventually(() => stream.state.error !== "", { what: "the error" });
  assert.match(stream.state.error, /items: must be at most 256; got 257; split the message/);
});

test("a client that goes away takes its waiting requests with it", options, async () => {
  await using nats = await startNatsServer();
  await using bus = await testBus(nats.config);
  await using placement = await startTestPlacement(nats.config);
  await placement.deploy();
  await tellTrio(bus, placement);
  const [gone, stays] = [openStream(placement), openStream(placement)];
  const vmOnly = { constraints: { kinds: ["NODE_KIND_VM" as const] }, wait: true };
  stays.send([placeItem(1, vmOnly)]);
  await stays.answered(1);
  gone.send([placeItem(1, vmOnly)]);
  gone.send([placeItem(2, { application: "nobody" })]);
  await gone.answered(1);
  gone.cancel();
  stays.send([placeItem(2, vmOnly)]);
  stays.send([{ id: 3, report: { placementId: stays.results.get(1)?.placement?.placementId ?? "", outcome: "OUTCOME_OK" } }]);
  await stays.answered(3);
  assert.equal(stays.results.get(2)?.placement?.instanceId, "vm-1-a");
});

test("stopping ends streams: what waits is told so, and nothing hangs", options, async () => {
  await using nats = await startNatsServer();
  await using bus = await testBus(nats.config);
  await using placement = await startTestPlacement(nats.config);
  await placement.deploy();
  await tellTrio(bus, placement);
  const stream = openStream(placement);
  stream.send([1, 2, 3, 4].map((id) => placeItem(id, { wait: true })));
  await stream.answered(3);
  const startedMs = performance.now();
  await placement.stop();
  await eventually(() => stream.state.ended, { what: "the end of the stream" });
  const last = [...stream.results.values()].find(({ failure }) => failure !== null && failure !== undefined);
  assert.equal(last?.failure?.reason, "DRAINING");
  assert.ok(performance.now() - startedMs < 2000, "stopping took long");
});
