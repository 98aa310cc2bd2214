import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type ServiceError, status } from "@grpc/grpc-js";
import type { PlaceRequest } from "../../proto/gen/straightline/v1/PlaceRequest.js";
import { StraightLineError } from "../../services/common/errors/index.js";
import { skipWithoutNats, startNatsServer, type TestNatsServer } from "../support/nats-server.js";
import { call, startTestMesh, type TestMesh, testApplication } from "../support/placement-harness.js";

/** What a call fails with: the status number of gRPC, and what its google.rpc details say. */
interface Failure {
  readonly status: string;
  readonly reason: string;
  readonly fields: readonly string[];
  readonly retryAfterMs: number | undefined;
  readonly hasTrace: boolean;
}

async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  const error = await promise.then(
    () => assert.fail("was taken"),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof StraightLineError, String(error));
  const { violations = [], retryAfterMs, trace } = error.details;
  return {
    status: status[(error.cause as ServiceError).code] ?? "",
    reason: error.code,
    fields: violations.map(({ field }) => field),
    retryAfterMs,
    hasTrace: trace !== undefined,
  };
}

const PLAIN = { fields: [], retryAfterMs: undefined, hasTrace: false };
const ALL_INSTANCES = ["vm-1-a", "container-1-a", "serverless-1-a"];

describe("what cannot be done is answered with", { skip: skipWithoutNats() }, () => {
  let nats: TestNatsServer;
  let mesh: TestMesh;
  before(async () => {
    nats = await startNatsServer();
    mesh = await startTestMesh(nats.config);
  });
  after(async () => {
    await mesh?.[Symbol.asyncDispose]();
    await nats[Symbol.asyncDispose]();
  });

  const invalid = (field: string) => ({ ...PLAIN, status: "INVALID_ARGUMENT", reason: "INVALID_REQUEST", fields: [field] });
  const never = { ...PLAIN, status: "FAILED_PRECONDITION", reason: "NEVER_FITS", hasTrace: true };
  const places: [string, PlaceRequest, Failure][] = [
    ["an unknown application", { application: "nobody" }, { ...PLAIN, status: "NOT_FOUND", reason: "UNKNOWN_APPLICATION" }],
    ["a name that cannot be an application's", { application: "No Body" }, invalid("application")],
    ["a negative size", { data: { sizeBytes: -1 } }, invalid("data.size_bytes")],
    ["an absurd size", { data: { sizeBytes: 2 ** 52 } }, invalid("data.size_bytes")],
    ["a share that is no number", { data: { locality: { a: Number.NaN } } }, invalid('data.locality["a"]')],
    ["a frequency that is no number", { frequencyHint: Number.NaN }, invalid("frequency_hint")],
    ["a deadline in the past", { deadlineMs: -1 }, invalid("deadline_ms")],
    ["an unknown policy", { policy: "best" }, { ...PLAIN, status: "INVALID_ARGUMENT", reason: "UNKNOWN_POLICY" }],
    ["a zone that no node is in", { constraints: { zones: ["nowhere"] } }, never],
    ["every instance excluded", { constraints: { excludedInstanceIds: ALL_INSTANCES } }, never],
    ["every instance excluded, though it would wait", { constraints: { excludedInstanceIds: ALL_INSTANCES }, wait: true }, never],
  ];
  for (const [what, request, expected] of places) {
    it(`${expected.status} and ${expected.reason}: ${what}`, async () => {
      assert.deepEqual(await failureOf(mesh.placement.place(request)), expected);
    });
  }

  it("INVALID_ARGUMENT that names every wrong field at once", async () => {
    const { fields } = await failureOf(mesh.placement.place({ data: { sizeBytes: -1 }, deadlineMs: -1, frequencyHint: -1 }));
    assert.deepEqual(fields, ["data.size_bytes", "deadline_ms", "frequency_hint"]);
  });

  it("RESOURCE_EXHAUSTED and a delay: no free slot; DEADLINE_EXCEEDED: it waited in vain", async () => {
    const onVm: PlaceRequest = { constraints: { kinds: ["NODE_KIND_VM"] } };
    const { placementId } = await mesh.placement.place(onVm);
    assert.deepEqual(await failureOf(mesh.placement.place(onVm)), {
      status: "RESOURCE_EXHAUSTED",
      reason: "NO_CAPACITY",
      fields: [],
      retryAfterMs: 250,
      hasTrace: true,
    });
    assert.deepEqual(await failureOf(mesh.placement.place({ ...onVm, wait: true, deadlineMs: 50 })), {
      ...PLAIN,
      status: "DEADLINE_EXCEEDED",
      reason: "DEADLINE_EXCEEDED",
    });
    await mesh.placement.report(placementId);
  });

  it("ALREADY_EXISTS: one key for two requests", async () => {
    const { placementId } = await mesh.placement.place({ idempotencyKey: "k" });
    await mesh.placement.report(placementId);
    assert.deepEqual(await failureOf(mesh.placement.place({ idempotencyKey: "k", data: { sizeBytes: 1 } })), {
      ...PLAIN,
      status: "ALREADY_EXISTS",
      reason: "IDEMPOTENCY_CONFLICT",
    });
  });

  it("NOT_FOUND: a placement, a node or an application that nobody knows", async () => {
    const { placements, fleet, deployments } = mesh.placement;
    const calls: [Promise<unknown>, string][] = [
      [mesh.placement.report("p"), "UNKNOWN_PLACEMENT"],
      [call(placements.Explain.bind(placements), { placementId: "p" }), "UNKNOWN_PLACEMENT"],
      [call(fleet.GetNode.bind(fleet), { nodeId: "n" }), "UNKNOWN_NODE"],
      [call(fleet.Cordon.bind(fleet), { nodeId: "n" }), "UNKNOWN_NODE"],
      [call(fleet.Drain.bind(fleet), { nodeId: "not.a/node" }), "UNKNOWN_NODE"],
      [call(deployments.Get.bind(deployments), { name: "nobody" }), "UNKNOWN_APPLICATION"],
      [call(deployments.Undeploy.bind(deployments), { name: "nobody" }), "UNKNOWN_APPLICATION"],
    ];
    for (const [promise, reason] of calls) {
      assert.deepEqual(await failureOf(promise), { ...PLAIN, status: "NOT_FOUND", reason });
    }
  });

  it("INVALID_ARGUMENT: a report or a deploy that says nothing, with every fault", async () => {
    const { placements, deployments } = mesh.placement;
    const report = call(placements.Report.bind(placements), { responseMs: Number.NaN });
    assert.deepEqual((await failureOf(report)).fields, ["placement_id", "outcome", "response_ms"]);
    const application = testApplication([], { name: "Not A Name", artifact: null, timeoutMs: -1 });
    const deploy = await failureOf(call(deployments.Deploy.bind(deployments), { application }));
    assert.deepEqual([deploy.status, deploy.reason], ["INVALID_ARGUMENT", "INVALID_REQUEST"]);
    assert.deepEqual(deploy.fields, [
      "application.name",
      "application.artifact",
      "application.implementations",
      "application.timeout_ms",
    ]);
  });
});

it("those who wait are served in the order of their coming", { skip: skipWithoutNats() }, async () => {
  await using nats = await startNatsServer();
  await using mesh = await startTestMesh(nats.config);
  const { placement } = mesh;
  const onVm: PlaceRequest = { constraints: { kinds: ["NODE_KIND_VM"] }, wait: true };
  let held = await placement.place(onVm);
  const served: number[] = [];
  const waiting: Promise<void>[] = [];
  for (let at = 0; at < 4; at++) {
    // Calls of one connection arrive in the order in which they are made.
    const one = placement.place(onVm).then((placed) => {
      served.push(at);
      held = placed;
    });
    waiting.push(one);
  }
  for (const one of waiting) {
    await placement.report(held.placementId);
    await one;
  }
  assert.deepEqual(served, [0, 1, 2, 3]);
});
