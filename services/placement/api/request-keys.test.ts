import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { PlaceRequest, PlaceRequest__Output } from "../../../proto/gen/straightline/v1/PlaceRequest.js";
import { messageCodec } from "../../common/wire/index.js";
import { requestFingerprint, waitGroup } from "./request-keys.js";

const codec = messageCodec<PlaceRequest, PlaceRequest__Output>("PlaceRequest");
const wire = (request: PlaceRequest) => codec.decode(codec.encode({ application: "app", ...request }));
const BASE: PlaceRequest = { data: { sizeBytes: 10, locality: { a: 0.25, b: 0.75 } }, constraints: { zones: ["a", "b"] } };

describe("a request's fingerprint", () => {
  const same: [string, PlaceRequest][] = [
    ["a map in another order", { data: { sizeBytes: 10, locality: { b: 0.75, a: 0.25 } } }],
    ["less time left", { deadlineMs: 5 }],
    ["another wish to see the trace, or to wait", { explain: true, wait: true }],
    ["another key", { idempotencyKey: "k" }],
  ];
  const other: [string, PlaceRequest][] = [
    ["application", { application: "other" }],
    ["size", { data: { sizeBytes: 11, locality: { a: 0.25, b: 0.75 } } }],
    ["locality", { data: { sizeBytes: 10, locality: { a: 0.75, b: 0.25 } } }],
    ["order of zones", { constraints: { zones: ["b", "a"] } }],
    ["frequency", { frequencyHint: 0 }],
    ["policy", { policy: "vm-only" }],
  ];
  for (const [what, changes] of same) {
    it(`is the same with ${what}`, () =>
      assert.equal(requestFingerprint(wire({ ...BASE, ...changes })), requestFingerprint(wire(BASE))));
  }
  for (const [what, changes] of other) {
    it(`differs with the ${what}`, () =>
      assert.notEqual(requestFingerprint(wire({ ...BASE, ...changes })), requestFingerprint(wire(BASE))));
  }
});

describe("a waiting request's group", () => {
  it("is shared by requests that differ in size alone", () => {
    assert.equal(waitGroup(wire(BASE)), waitGroup(wire({ ...BASE, data: { sizeBytes: 99 } })));
    assert.equal(waitGroup(wire({})), waitGroup(wire({ data: { sizeBytes: 1 } })));
  });
  it("differs with constraints and policy", () => {
    const groups = [{}, { policy: "vm-only" }, BASE, { ...BASE, policy: "vm-only" }].map((request) => waitGroup(wire(request)));
    assert.equal(new Set(groups).size, groups.length);
  });
});
