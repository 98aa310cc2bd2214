import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { PlaceRequest, PlaceRequest__Output } from "../../../proto/gen/straightline/v1/PlaceRequest.js";
import { StraightLineError } from "../../common/errors/index.js";
import { messageCodec } from "../../common/wire/index.js";
import { POLICIES } from "../policies/index.js";
import { readPlaceRequest } from "./read-place-request.js";

const codec = messageCodec<PlaceRequest, PlaceRequest__Output>("PlaceRequest");

function read(request: PlaceRequest) {
  return readPlaceRequest(codec.decode(codec.encode({ application: "app", ...request })), POLICIES, "straightline");
}

function faultsOf(request: PlaceRequest): StraightLineError {
  try {
    read(request);
  } catch (error) {
    assert.ok(error instanceof StraightLineError);
    return error;
  }
  return assert.fail("was taken");
}

describe("readPlaceRequest", () => {
  it("translates a full request", () => {
    const { request, policy, deadlineMs, frequencyHint } = read({
      data: { sizeBytes: 100, locality: { a: 0.5, b: 0.5 } },
      deadlineMs: 250,
      constraints: { kinds: ["NODE_KIND_VM"], nodeLabels: { gpu: "yes" }, zones: ["a"], excludedInstanceIds: ["x"] },
      frequencyHint: 0,
      policy: "vm-only",
    });
    assert.deepEqual(request, {
      application: "app",
      sizeBytes: 100,
      constraints: { kinds: ["vm"], nodeLabels: { gpu: "yes" }, zones: ["a"], excludedInstanceIds: ["x"] },
      locality: { a: 0.5, b: 0.5 },
    });
    assert.deepEqual([policy.name, deadlineMs, frequencyHint], ["vm-only", 250, 0]);
  });
  it("takes the default policy, no deadline and no hint where none is given", () => {
    const { policy, deadlineMs, frequencyHint } = read({});
    assert.deepEqual([policy.name, deadlineMs, frequencyHint], ["straightline", undefined, undefined]);
  });
  it("takes shares that computing has made sum to a hair more than 1", () => {
    assert.ok(read({ data: { locality: { a: 0.1 + 0.2, b: 0.7 } } }));
  });

  const cases: [string, PlaceRequest, string, RegExp][] = [
    ["a name that cannot be", { application: "Not A Name" }, "application", /got "Not A Name"/],
    ["no name", { application: "" }, "application", /must be 1 to 63/],
    ["a negative size", { data: { sizeBytes: -1 } }, "data.size_bytes", /got -1/],
    ["an absurd size", { data: { sizeBytes: 2 ** 41 } }, "data.size_bytes", /1 TiB/],
    ["a share that is not a number", { data: { locality: { a: Number.NaN } } }, 'data.locality["a"]', /got NaN/],
    ["a share above 1", { data: { locality: { a: 1.5 } } }, 'data.locality["a"]', /got 1.5/],
    ["shares above 1 in sum", { data: { locality: { a: 0.8, b: 0.8 } } }, "data.locality", /sum to at most 1; got 1.6/],
    ["a deadline in the past", { deadlineMs: -5 }, "deadline_ms", /is in the past \(-5 ms\)/],
    ["a kind that is none", { constraints: { kinds: ["NODE_KIND_UNSPECIFIED"] } }, "constraints.kinds[0]", /one of NODE_KIND_VM/],
    ["a kind of another version", { constraints: { kinds: [9 as 0] } }, "constraints.kinds[0]", /got 9/],
    ["a hint that is not a number", { frequencyHint: Number.NaN }, "frequency_hint", /got NaN/],
    ["a negative hint", { frequencyHint: -1 }, "frequency_hint", /leave it out/],
    ["an endless hint", { frequencyHint: Number.POSITIVE_INFINITY }, "frequency_hint", /got Infinity/],
    ["a long key", { idempotencyKey: "k".repeat(129) }, "idempotency_key", /got 129/],
    [
      "very many excluded instances",
      { constraints: { excludedInstanceIds: Array.from({ length: 257 }, (_, at) => `i${at}`) } },
      "constraints.excluded_instance_ids",
      /got 257/,
    ],
  ];
  for (const [what, request, field, description] of cases) {
    it(`refuses ${what}, naming ${field}`, () => {
      const error = faultsOf(request);
      assert.equal(error.code, "INVALID_REQUEST");
      const [violation] = error.details.violations ?? [];
      assert.equal(violation?.field, field);
      assert.match(violation?.description ?? "", description);
    });
  }

  it("tells every fault at once", () => {
    const error = faultsOf({ application: "", data: { sizeBytes: -1 }, deadlineMs: -1, frequencyHint: -1, policy: "best" });
    assert.deepEqual(
      error.details.violations?.map(({ field }) => field),
      ["application", "data.size_bytes", "deadline_ms", "frequency_hint", "policy"],
    );
  });
  it("refuses an unknown policy, naming those that are known", () => {
    const error = faultsOf({ policy: "best" });
    assert.equal(error.code, "UNKNOWN_POLICY");
    for (const name of POLICIES.names) assert.ok(error.message.includes(name));
  });
});
