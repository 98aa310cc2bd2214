import assert from "node:assert/strict";
import { test } from "node:test";
import type { PlaceRequest } from "../../proto/gen/straightline/v1/PlaceRequest.js";
import { skipWithoutNats, startNatsServer } from "../support/nats-server.js";
import { explain, startTestMesh, withCode } from "../support/placement-harness.js";

const options = { skip: skipWithoutNats() };
const KIB = 1024;

test("telemetry in, a placement out: by the algorithm, with reason, lease, endpoint and trace", options, async () => {
  await using nats = await startNatsServer();
  await using mesh = await startTestMesh(nats.config);
  const { placement } = mesh;

  const small = await placement.place({ data: { sizeBytes: 8 * KIB }, explain: true });
  assert.equal(small.kind, "NODE_KIND_VM");
  assert.equal(small.httpEndpoint, "http://127.0.0.1/vm-1-a");
  assert.match(small.reason, /^f_t 0\.10\/s <= F 10\/s, 8 KiB <= D 128 KiB, VM slot free: VM$/);
  assert.equal(small.policy, "straightline");
  assert.ok(small.leaseMs > 5000 && small.leaseMs <= 12_000, `lease ${small.leaseMs}`);
  assert.deepEqual(small.trace?.parameters, { F: 10, D: 128 * KIB });
  assert.equal(small.trace?.candidates.length, 3);

  const large = await placement.place({ data: { sizeBytes: 300 * KIB } });
  assert.deepEqual([large.kind, large.trace], ["NODE_KIND_CONTAINER", null]);
  const frequent = await placement.place({ data: { sizeBytes: 8 * KIB }, frequencyHint: 12.4 });
  assert.deepEqual([frequent.kind, frequent.frequency], ["NODE_KIND_SERVERLESS", 12.4]);
});

test("f_t is measured: the same small requests move from the VM to serverless when they come often", options, async () => {
  await using nats = await startNatsServer();
  await using mesh = await startTestMesh(nats.config, ["--f", "3", "--frequency-window", "10s"]);
  const { placement } = mesh;
  const kinds: string[] = [];
  for (let i = 0; i < 32; i++) {
    await placement.place({ dryRun: true });
    const { kind, placementId, frequency } = await placement.place({ data: { sizeBytes: 10 } });
    await placement.report(placementId);
    assert.ok(Math.abs(frequency - (i + 1) / 10) < 1e-9, `dry runs must not count: ${frequency}`);
    kinds.push(kind);
  }
  assert.deepEqual(kinds.slice(28), ["NODE_KIND_VM", "NODE_KIND_VM", "NODE_KIND_SERVERLESS", "NODE_KIND_SERVERLESS"]);
});

test("slots are counted at once, refused when gone, and freed by a report", options, async () => {
  await using nats = await startNatsServer();
  await using mesh = await startTestMesh(nats.config);
  const { placement } = mesh;
  const vmOnly = { constraints: { kinds: ["NODE_KIND_VM" as const] } };
  const held = await placement.place(vmOnly);
  await assert.rejects(
    placement.place(vmOnly),
    withCode("NO_CAPACITY", ({ details }) => {
      assert.equal(details.retryAfterMs, 250);
      assert.ok((details.trace?.length ?? 0) > 0, "the trace is attached");
      assert.equal(details.metadata?.["refusal"], "NO_FREE_SLOT");
    }),
  );
  await placement.report(held.placementId);
  await placement.report(held.placementId);
  assert.equal((await placement.place(vmOnly)).instanceId, "vm-1-a");
  await assert.rejects(placement.place(vmOnly), withCode("NO_CAPACITY"));
});

test("a dry run reserves nothing and is not remembered", options, async () => {
  await using nats = await startNatsServer();
  await using mesh = await startTestMesh(nats.config);
  for (let i = 0; i < 3; i++) {
    const { kind, placementId, leaseMs } = await mesh.placement.place({ dryRun: true });
    assert.deepEqual([kind, placementId, leaseMs], ["NODE_KIND_VM", "", 0]);
  }
});

test("a waiting request gets the slot that a report frees; one that waits in vain ends at its deadline", options, async () => {
  await using nats = await startNatsServer();
  await using mesh = await startTestMesh(nats.config);
  const { placement } = mesh;
  const vmOnly: PlaceRequest = { constraints: { kinds: ["NODE_KIND_VM"] }, wait: true };
  const held = await placement.place(vmOnly);
  const waiting = placement.place({ ...vmOnly, explain: true });
  await assert.rejects(
    placement.place({ ...vmOnly, deadlineMs: 200 }),
    withCode("DEADLINE_EXCEEDED", ({ message }) => assert.match(message, /in vain: no slot of app is free/)),
  );
  await placement.report(held.placementId);
  const served = await waiting;
  assert.equal(served.instanceId, "vm-1-a");
  assert.ok((served.trace?.waitedMs ?? 0) >= 150, `waited ${served.trace?.waitedMs} ms`);
});

test(
  "a lease that runs out frees its slot for one who waits; the late report is taken, and Explain tells all",
  options,
  async () => {
    await using nats = await startNatsServer();
    await using mesh = await startTestMesh(nats.config, ["--lost-ticks", "1000", "--suspect-ticks", "999"]);
    const { placement } = mesh;
    const vmOnly: PlaceRequest = { constraints: { kinds: ["NODE_KIND_VM"] }, wait: true };
    const forgotten = await placement.place({ ...vmOnly, deadlineMs: 1000 });
    const waiting = placement.place(vmOnly);
    placement.advance(3100);
    const next = await waiting;
    assert.equal(next.instanceId, "vm-1-a");
    await placement.report(forgotten.placementId);
    const { leaseExpired, report, request, placement: told } = await explain(placement, forgotten.placementId);
    assert.deepEqual([leaseExpired, report?.outcome, request?.application], [true, "OUTCOME_OK", "app"]);
    assert.ok((told?.trace?.steps.length ?? 0) > 0);
    await assert.rejects(placement.place({ ...vmOnly, wait: false }), withCode("NO_CAPACITY"), "the late report freed nothing");
  },
);

test("a failed request moves the next ones elsewhere at once", options, async () => {
  await using nats = await startNatsServer();
  await using mesh = await startTestMesh(nats.config);
  const { placement } = mesh;
  const first = await placement.place({});
  assert.equal(first.kind, "NODE_KIND_VM");
  await placement.report(first.placementId, "OUTCOME_INSTANCE_ERROR");
  const second = await placement.place({});
  assert.equal(second.kind, "NODE_KIND_CONTAINER");
  assert.match(second.reason, /VM is suspect: container$/);
  await placement.report(second.placementId, "OUTCOME_THROTTLED");
  assert.match((await placement.place({})).reason, /container has no free slot: serverless$/);
});

test("one idempotency key gives one placement; another request under it is refused", options, async () => {
  await using nats = await startNatsServer();
  await using mesh = await startTestMesh(nats.config);
  const { placement } = mesh;
  const request: PlaceRequest = { idempotencyKey: "k1", data: { sizeBytes: 10, locality: { a: 0.5, b: 0.5 } } };
  const [first, again] = [await placement.place(request), await placement.place({ ...request, deadlineMs: 500 })];
  assert.equal(again.placementId, first.placementId);
  await assert.rejects(placement.place({ ...request, data: { sizeBytes: 11 } }), withCode("IDEMPOTENCY_CONFLICT"));
});

test("a repeated call goes on waiting although the first, with the same key, has given up", options, async () => {
  await using nats = await startNatsServer();
  await using mesh = await startTestMesh(nats.config);
  const { placement } = mesh;
  const onVm: PlaceRequest = { constraints: { kinds: ["NODE_KIND_VM"] }, wait: true };
  const held = await placement.place(onVm);
  const first = placement.place({ ...onVm, idempotencyKey: "k", deadlineMs: 100 });
  const repeated = placement.place({ ...onVm, idempotencyKey: "k" });
  await assert.rejects(first, withCode("DEADLINE_EXCEEDED"));
  await placement.report(held.placementId);
  assert.equal((await repeated).instanceId, "vm-1-a");
});

test("bad input is answered with what is wrong, all at once", options, async () => {
  await using nats = await startNatsServer();
  await using mesh = await startTestMesh(nats.config);
  const { placement } = mesh;
  await assert.rejects(placement.place({ application: "nobody" }), withCode("UNKNOWN_APPLICATION"));
  await assert.rejects(
    placement.place({ data: { sizeBytes: -1, locality: { a: Number.NaN } }, deadlineMs: -1 }),
    withCode("INVALID_REQUEST", ({ details }) => assert.equal(details.violations?.length, 3)),
  );
  await assert.rejects(placement.place({ policy: "best" }), withCode("UNKNOWN_POLICY"));
  await assert.rejects(placement.report("p-unknown"), withCode("UNKNOWN_PLACEMENT"));
  await assert.rejects(explain(placement, "p-unknown"), withCode("UNKNOWN_PLACEMENT"));
  const everywhere = { constraints: { excludedInstanceIds: ["vm-1-a", "container-1-a", "serverless-1-a"] }, wait: true };
  await assert.rejects(placement.place(everywhere), withCode("NEVER_FITS"), "no waiting for what cannot be");
});
