import assert from "node:assert/strict";
import { test } from "node:test";
import type { Assignment, Assignment__Output } from "../../proto/gen/straightline/v1/Assignment.js";
import { messageCodec } from "../../services/common/wire/index.js";
import { workloadFrom } from "./workload.js";

const DIGEST = `sha256:${"a".repeat(64)}`;
const codec = messageCodec<Assignment, Assignment__Output>("Assignment");

function assignment(changes: Assignment = {}): Assignment__Output {
  return codec.decode(
    codec.encode({
      nodeId: "n",
      application: "app",
      replica: 2,
      generation: 3,
      spec: { name: "app", artifact: { bundle: { digest: DIGEST, sizeBytes: 10 } } },
      implementation: { kind: "NODE_KIND_VM" },
      ...changes,
    }),
  );
}

test("an assignment becomes a workload with the documented defaults", () => {
  assert.deepEqual(workloadFrom(assignment(), "vm"), {
    assignment: "app.2",
    application: "app",
    generation: 3,
    artifact: { type: "bundle", digest: DIGEST, sizeBytes: 10 },
    limits: { cpuMillicores: 0, memoryBytes: 0 },
    gpus: 0,
    gpuDevices: [],
    concurrency: 1,
    environment: {},
    payloadLimitBytes: 0,
    keepAliveMs: 60_000,
    warmWorkers: 0,
    timeoutMs: 30_000,
    readyPath: "",
    statsPath: "",
    minReadyMs: 0,
    traceparent: "",
  });
});

test("a function takes bodies of 6 MiB unless it says otherwise", () => {
  const form = { kind: "NODE_KIND_SERVERLESS" } as const;
  assert.equal(workloadFrom(assignment({ implementation: form }), "serverless").payloadLimitBytes, 6_291_456);
  const own = assignment({ implementation: { ...form, payloadLimitBytes: 10 } });
  assert.equal(workloadFrom(own, "serverless").payloadLimitBytes, 10);
});

const BAD: readonly (readonly [string, Assignment, RegExp])[] = [
  ["no application", { application: "" }, /^application: must be 1 to 63/],
  ["an application that would climb out of a folder", { application: "../x" }, /^application: must be/],
  ["no spec", { spec: null }, /^spec: is missing/],
  ["no implementation", { implementation: null }, /^implementation: is missing/],
  ["another kind", { implementation: { kind: "NODE_KIND_SERVERLESS" } }, /^implementation.kind: must be vm on this node/],
  ["no artifact", { spec: { name: "app" } }, /^spec.artifact: must be/],
  ["an empty command", { spec: { artifact: { command: { argv: [] } } } }, /^spec.artifact: must be/],
  [
    "a digest that is a path",
    { spec: { artifact: { bundle: { digest: "../../etc" } } } },
    /^spec.artifact.bundle.digest: must be/,
  ],
];
for (const [title, changes, message] of BAD) {
  test(`an assignment with ${title} is refused with the field and the remedy`, () => {
    assert.throws(() => workloadFrom(assignment(changes), "vm"), { code: "INVALID_REQUEST", message });
  });
}
