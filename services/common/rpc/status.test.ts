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

test("bytes in the details that are no google.rpc.Status leave the status as it is", () => {
  const metadata = new Metadata();
  metadata.set("grpc-status-details-bin", Buffer.from("not protobuf at all"));
  const error = Object.assign(new Error("x"), { code: status.NOT_FOUND, details: "gone", metadata });
  const got = fromGrpcError(error, "PLACEMENT_UNAVAILABLE");
  assert.equal(got.code, "UNKNOWN_ROUTE");
  assert.equal(got.message, "gone");
});
