import assert from "node:assert/strict";
import { test } from "node:test";
import { parseRoute } from "./route.js";

const KNOWN = [
  ["GET", "/v2", { type: "serverMetadata" }],
  ["GET", "/v2/", { type: "serverMetadata" }],
  ["GET", "/v2/health/live", { type: "live" }],
  ["HEAD", "/v2/health/ready?verbose=1", { type: "ready" }],
  ["GET", "/stats", { type: "stats" }],
  ["GET", "/v2/models/m", { type: "modelMetadata", model: "m", version: "" }],
  ["GET", "/v2/models/m/versions/2", { type: "modelMetadata", model: "m", version: "2" }],
  ["GET", "/v2/models/m/versions/2/ready", { type: "modelReady", model: "m", version: "2" }],
  ["POST", "/v2/models/a%20b/infer", { type: "infer", model: "a b", version: "" }],
  ["POST", "/v2/models/%zz/infer", { type: "infer", model: "%zz", version: "" }],
  ["POST", "/v2/models/m/versions/2/infer", { type: "infer", model: "m", version: "2" }],
] as const;

for (const [method, path, route] of KNOWN) {
  test(`${method} ${path} is ${route.type}`, () => {
    assert.deepEqual(parseRoute(method, path), route);
  });
}

for (const [method, path] of [
  ["GET", "/"],
  ["POST", "/v2/health/live"],
  ["GET", "/v2/models/m/infer"],
  ["POST", "/v2/models/m"],
  ["GET", "/v2/models/m/../../stats"],
  ["POST", "/v2/models/m/versions/infer"],
] as const) {
  test(`${method} ${path} is no route`, () => {
    assert.throws(() => parseRoute(method, path), { code: "UNKNOWN_ROUTE" });
  });
}
