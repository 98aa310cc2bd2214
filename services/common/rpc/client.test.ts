import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Metadata, type ServiceError, status } from "@grpc/grpc-js";
import { callUnary, type UnaryMethod } from "./client.js";

/** A call that fails so after some milliseconds. */
function failing(code: number, details: string, afterMs: number): UnaryMethod<object, object> {
  const error: ServiceError = Object.assign(new Error(details), { code, details, metadata: new Metadata() });
  const method = (_request: object, _metadata: Metadata, _options: object, callback: (failure: ServiceError) => void) =>
    void setTimeout(callback, afterMs, error);
  return method as unknown as UnaryMethod<object, object>;
}

describe("a call whose time is over", () => {
  const call = (method: UnaryMethod<object, object>) => callUnary(method, {}, { timeoutMs: 30, unanswered: "it is silent" });

  it("has the caller's words, whatever grpc-js says", async () => {
    const failure = { code: "DEADLINE_EXCEEDED", message: "it is silent" };
    await assert.rejects(call(failing(status.DEADLINE_EXCEEDED, "any words", 35)), failure);
  });

  it("is none where the service has answered so itself, or has failed otherwise", async () => {
    const waited = { code: "DEADLINE_EXCEEDED", message: "Deadline exceeded: no slot" };
    await assert.rejects(call(failing(status.DEADLINE_EXCEEDED, waited.message, 0)), waited);
    await assert.rejects(call(failing(status.UNAVAILABLE, "gone", 35)), { code: "PLACEMENT_UNAVAILABLE" });
  });
});
