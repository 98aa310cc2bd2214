import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { status } from "@grpc/grpc-js";
import { grpcFailure, httpFailure, isIdempotentMethod, mayRetry } from "./retry.js";

describe("mayRetry", () => {
  const facts = { failure: "unreachable", attempts: 1, idempotent: false, replayable: true } as const;
  for (const { title, wanted, ...more } of [
    { title: "sends a request elsewhere that found no connection", wanted: true },
    { title: "sends a request elsewhere that was refused unexecuted", failure: "refused", wanted: true },
    { title: "sends an idempotent request again that may have been executed", failure: "failed", idempotent: true, wanted: true },
    { title: "never sends another request again that may have been executed", failure: "failed", wanted: false },
    { title: "never sends a body that is no longer held", replayable: false, wanted: false },
    {
      title: "never sends an idempotent request whose body is no longer held",
      failure: "failed",
      idempotent: true,
      replayable: false,
      wanted: false,
    },
    { title: "stops after the second attempt", attempts: 2, wanted: false },
  ] as const) {
    it(title, () => assert.equal(mayRetry({ ...facts, ...more }), wanted));
  }
});

describe("httpFailure", () => {
  for (const [code, executed, wanted] of [
    [200, undefined, undefined],
    [404, undefined, undefined],
    [429, undefined, undefined],
    [429, "false", "refused"],
    [500, undefined, undefined],
    [502, undefined, "failed"],
    [503, undefined, "failed"],
    [503, "true", "failed"],
    [503, "false", "refused"],
    [403, "unreachable", "unreachable"],
    [502, "unreachable", "unreachable"],
    [200, "unreachable", undefined],
    [504, undefined, "failed"],
  ] as const) {
    it(`reads ${code} with executed=${executed} as ${wanted ?? "the client's answer"}`, () =>
      assert.equal(httpFailure(code, executed), wanted));
  }
});

describe("grpcFailure", () => {
  for (const [code, executed, wanted] of [
    [status.OK, undefined, undefined],
    [status.INVALID_ARGUMENT, undefined, undefined],
    [status.RESOURCE_EXHAUSTED, undefined, undefined],
    [status.RESOURCE_EXHAUSTED, "false", "refused"],
    [status.UNAVAILABLE, "false", "refused"],
    [status.UNAVAILABLE, undefined, "failed"],
    [status.INTERNAL, undefined, undefined],
    [status.UNAVAILABLE, "unreachable", "unreachable"],
    [status.PERMISSION_DENIED, "unreachable", "unreachable"],
    [status.OK, "unreachable", undefined],
  ] as const) {
    it(`reads ${status[code]} with executed=${executed} as ${wanted ?? "the client's answer"}`, () =>
      assert.equal(grpcFailure(code, executed), wanted));
  }
});

describe("isIdempotentMethod", () => {
  it("holds for the methods that HTTP defines so", () => {
    for (const method of ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"]) assert.equal(isIdempotentMethod(method), true, method);
    for (const method of ["POST", "PATCH", "PROPFIND"]) assert.equal(isIdempotentMethod(method), false, method);
  });
});
