import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { StraightLineError } from "../../common/errors/index.js";
import { findRoute } from "./routes.js";

describe("findRoute", () => {
  for (const [method, target, wanted] of [
    ["GET", "/v2", { type: "server" }],
    ["GET", "/v2/health/live", { type: "live" }],
    ["HEAD", "/v2/health/ready", { type: "ready" }],
    ["GET", "/v2/models/m/ready", { type: "modelReady", application: "m" }],
    ["GET", "/v2/models/m/versions/1/ready", { type: "modelReady", application: "m" }],
    ["GET", "/v2/models/m", { type: "forward", application: "m", path: "/v2/models/m", prefix: "" }],
    ["POST", "/v2/models/m/infer?a=b", { type: "forward", application: "m", path: "/v2/models/m/infer?a=b", prefix: "" }],
    [
      "POST",
      "/v2/models/m/versions/2/infer",
      { type: "forward", application: "m", path: "/v2/models/m/versions/2/infer", prefix: "" },
    ],
    ["PATCH", "/apps/m/x/../y?z", { type: "forward", application: "m", path: "/x/../y?z", prefix: "/apps/m" }],
    ["GET", "/apps/m", { type: "forward", application: "m", path: "/", prefix: "/apps/m" }],
    ["GET", "/apps/m?q=1", { type: "forward", application: "m", path: "/?q=1", prefix: "/apps/m" }],
  ] as const) {
    it(`finds ${wanted.type} for ${method} ${target}`, () => assert.deepEqual(findRoute(method, target), wanted));
  }

  for (const [method, target, code] of [
    ["GET", "/", "UNKNOWN_ROUTE"],
    ["GET", "http://elsewhere/v2", "UNKNOWN_ROUTE"],
    ["GET", "/v2/models/m/infer", "UNKNOWN_ROUTE"],
    ["POST", "/v2/models/m", "UNKNOWN_ROUTE"],
    ["POST", "/v2/models/m/stats", "UNKNOWN_ROUTE"],
    ["POST", "/v2/models/Big/infer", "INVALID_REQUEST"],
    ["GET", "/apps/%2e%2e/x", "INVALID_REQUEST"],
    ["GET", "/apps/%/x", "INVALID_REQUEST"],
  ] as const) {
    it(`refuses ${method} ${target} with ${code}`, () => {
      assert.throws(
        () => findRoute(method, target),
        (error) => error instanceof StraightLineError && error.code === code,
      );
    });
  }
});
