import assert from "node:assert/strict";
import { test } from "node:test";
import { Metadata, type ServiceError, status } from "@grpc/grpc-js";
import { StraightLineError } from "../errors/index.js";
import { fromGrpcError, toGrpcStatus } from "./status.js";

function received(error: StraightLineError): ServiceError {
  const { code, details, metadata } = toGrpcStatus(error);
  return Object.assign(new Error(details), { code, details, metadata });
}

test("a refusal crosses the wire with its code, retry delay, violations and trace", () => {
  const sent = new StraightLineError("NO_CAPACITY", "every slot is taken", {
    details: {
      retryAfterMs: 1250,
      metadata: { application: "a" },
      violations: [{ field: "f", description: "d" }],
      trace: Uint8Array.of(1, 2, 3),
    },
  });
  const got = fromGrpcError(received(sent), "PLACEMENT_UNAVAILABLE");
  assert.equal(got.code, "NO_CAPACITY");
  assert.equal(got.message, "every slot is taken");
  assert.equal(got.details.retryAfterMs, 1250);
  assert.deepEqual(got.details.metadata, { application: "a" });
  assert.deepEqual(got.details.violations, [{ field: "f", description: "d" }]);
  assert.deepEqual([...(got.details.trace ?? [])], [1, 2, 3]);
});

test("the cause stays on this side", () => {
  const sent = new StraightLineError("INTERNAL", "internal error", { cause: new Error("secret") });
  assert.ok(!JSON.stringify(toGrpcStatus(sent)).includes("secret"));
});

test("an unreachable peer gets the code that the caller names", () => {
  const error = Object.assign(new Error("x"), { code: status.UNAVAILABLE, details: "no connection", metadata: new Metadata() });
  assert.equal(fromGrpcError(error, "PLACEMENT_UNAVAILABLE").code, "PLACEMENT_UNAVAILABLE");
});

const NO_DETAILS: readonly [string, Buffer][] = [
  ["text", Buffer.from("not protobuf at all")],
  // Any { typeUrl: "x.ErrorInfo", value: a field that is longer than the bytes }
  ["a Status with a broken ErrorInfo", Buffer.from("1a110a0b782e4572726f72496e666f12020aff", "hex")],
  // ErrorInfo { reason: "constructor" }: a name that every object has.
  ["a reason that is no code", Buffer.from("1a1c0a0b782e4572726f72496e666f120d0a0b636f6e7374727563746f72", "hex")],
];
for (const [what, bytes] of NO_DETAILS) {
  test(`details that hold ${what} leave the status as it is`, () => {
    const metadata = new Metadata();
    metadata.set("grpc-status-details-bin", bytes);
    const error = Object.assign(new Error("x"), { code: status.NOT_FOUND, details: "gone", metadata });
    const got = fromGrpcError(error, "PLACEMENT_UNAVAILABLE");
    assert.equal(got.code, "UNKNOWN_ROUTE");
    assert.equal(got.message, "gone");
  });
}
