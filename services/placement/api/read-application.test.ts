import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Application, Application__Output } from "../../../proto/gen/straightline/v1/Application.js";
import type { Implementation } from "../../../proto/gen/straightline/v1/Implementation.js";
import { StraightLineError } from "../../common/errors/index.js";
import { messageCodec } from "../../common/wire/index.js";
import { readApplication } from "./read-application.js";

const codec = messageCodec<Application, Application__Output>("Application");
const BUNDLE = { digest: `sha256:${"0a".repeat(32)}`, sizeBytes: 10 };
const RESOURCES = { cpuMillicores: 500, memoryBytes: 1024 ** 2 };

function form(changes: Implementation = {}): Implementation {
  return { kind: "NODE_KIND_VM", resources: RESOURCES, replicas: 1, ...changes };
}

function read(changes: Application): Application__Output {
  const application = { name: "app", artifact: { bundle: BUNDLE }, implementations: [form()], ...changes };
  return readApplication(codec.decode(codec.encode(application)));
}

function violationsOf(changes: Application): readonly { field: string; description: string }[] {
  try {
    read(changes);
  } catch (error) {
    assert.ok(error instanceof StraightLineError && error.code === "INVALID_REQUEST");
    return error.details.violations ?? [];
  }
  return assert.fail("was taken");
}

describe("readApplication", () => {
  it("fills defaults in", () => {
    const application = read({ implementations: [form(), form({ kind: "NODE_KIND_SERVERLESS" })] });
    assert.deepEqual([application.timeoutMs, application.readyPath], [30_000, ""], "the bundle may have a path of its own");
    const [vm, serverless] = application.implementations;
    assert.deepEqual([vm?.concurrency, vm?.payloadLimitBytes, vm?.keepAliveMs], [1, 0, 0]);
    assert.deepEqual([serverless?.payloadLimitBytes, serverless?.keepAliveMs], [6_291_456, 60_000]);
  });
  it("keeps what is given", () => {
    const application = read({ timeoutMs: 5, readyPath: "/ready", implementations: [form({ concurrency: 7 })] });
    assert.deepEqual(
      [application.timeoutMs, application.readyPath, application.implementations[0]?.concurrency],
      [5, "/ready", 7],
    );
  });

  const path = "application.implementations[0]";
  const cases: [string, Application, string, RegExp][] = [
    ["a name that cannot be", { name: "A" }, "application.name", /got "A"/],
    ["no artifact", { artifact: null }, "application.artifact", /one of bundle, image, command; got none/],
    [
      "a digest that is none",
      { artifact: { bundle: { digest: "sha256:1" } } },
      "application.artifact.bundle.digest",
      /got "sha256:1"/,
    ],
    [
      "an image without reference",
      { artifact: { image: { reference: " " } } },
      "application.artifact.image.reference",
      /got " "/,
    ],
    [
      "a working directory of nobody knows where",
      { artifact: { command: { argv: ["serve"], workingDirectory: "srv" } } },
      "application.artifact.command.working_directory",
      /must be an absolute path on the node, or empty; got "srv"/,
    ],
    ["a command without program", { artifact: { command: { argv: [] } } }, "application.artifact.command.argv", /program/],
    [
      "an image on a VM",
      { artifact: { image: { reference: "a:1" } } },
      `${path}.kind`,
      /must be container for an artifact of image/,
    ],
    ["no form", { implementations: [] }, "application.implementations", /at least one/],
    ["a form of no kind", { implementations: [form({ kind: "NODE_KIND_UNSPECIFIED" })] }, `${path}.kind`, /must be one of/],
    ["a kind twice", { implementations: [form(), form()] }, "application.implementations[1].kind", /stands twice/],
    ["no resources", { implementations: [form({ resources: null })] }, `${path}.resources.cpu_millicores`, /got 0/],
    [
      "negative memory",
      { implementations: [form({ resources: { cpuMillicores: 1, memoryBytes: -1 } })] },
      `${path}.resources.memory_bytes`,
      /got -1/,
    ],
    ["no replicas", { implementations: [form({ replicas: 0 })] }, `${path}.replicas`, /1 to 1000; got 0/],
    ["too many replicas", { implementations: [form({ replicas: 1001 })] }, `${path}.replicas`, /got 1001/],
    ["too many requests at a time", { implementations: [form({ concurrency: 10_001 })] }, `${path}.concurrency`, /got 10001/],
    ["a negative limit", { implementations: [form({ payloadLimitBytes: -1 })] }, `${path}.payload_limit_bytes`, /got -1/],
    [
      "a variable that no shell takes",
      { implementations: [form({ environment: { "A B": "" } })] },
      `${path}.environment`,
      /got "A B"/,
    ],
    [
      "a variable that the agent sets",
      { implementations: [form({ environment: { PORT: "80" } })] },
      `${path}.environment`,
      /^PORT is set by the agent for every instance; take it out$/,
    ],
    ["a negative timeout", { timeoutMs: -1 }, "application.timeout_ms", /got -1/],
    [
      "a minimum that no rollout can meet",
      { rollout: { minReadyMs: 4000, readyTimeoutMs: 4000 } },
      "application.rollout.min_ready_ms",
      /must be 0 to 3999; got 4000; it must be below ready_timeout_ms/,
    ],
    ["a path without slash", { readyPath: "ready" }, "application.ready_path", /start with '\/'/],
  ];
  for (const [what, changes, field, description] of cases) {
    it(`refuses ${what}, naming ${field}`, () => {
      const [violation] = violationsOf(changes);
      assert.equal(violation?.field, field);
      assert.match(violation?.description ?? "", description);
    });
  }
  it("tells every fault at once", () => {
    const fields = violationsOf({ name: "A", artifact: null, timeoutMs: -1 }).map(({ field }) => field);
    assert.deepEqual(fields, ["application.name", "application.artifact", "application.timeout_ms"]);
  });
  it("refuses nothing at all", () => assert.throws(() => readApplication(null), /application: must be given/));
});
