import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Application, Application__Output } from "../../../proto/gen/straightline/v1/Application.js";
import type { Implementation } from "../../../proto/gen/straightline/v1/Implementation.js";
import { messageCodec } from "../../common/wire/index.js";
import { differences } from "./differences.js";

const codec = messageCodec<Application, Application__Output>("Application");

function spec(form: Implementation = {}, changes: Application = {}): Application__Output {
  const implementations = [{ kind: "NODE_KIND_VM" as const, replicas: 1, concurrency: 1, ...form }];
  return codec.decode(codec.encode({ name: "app", artifact: { command: { argv: ["a"] } }, implementations, ...changes }));
}

describe("differences", () => {
  it("name each field, forms by their kind, and of an environment no value", () => {
    const old = spec({ environment: { TOKEN: "old secret", OLD: "x", EMPTY: "" } });
    const now = spec({ concurrency: 2, environment: { TOKEN: "new secret", NEW: "x", EMPTY: "x" } }, { timeoutMs: 5000 });
    assert.deepEqual(differences(old, now), [
      "implementations.vm.concurrency: 1 -> 2",
      "implementations.vm.environment.EMPTY: changed",
      "implementations.vm.environment.NEW: added",
      "implementations.vm.environment.OLD: removed",
      "implementations.vm.environment.TOKEN: changed",
      "timeout: (none) -> 5s",
    ]);
  });

  it("have the names and units of a manifest, and 0 where it is a number of something", () => {
    const resources = { cpuMillicores: 100, memoryBytes: 1024 ** 2 };
    const old = spec({ autoscale: { min: 0, max: 2, idleMs: 60_000 }, resources }, { rollout: { minReadyMs: 1500 } });
    const now = spec(
      { replicas: 0, autoscale: { min: 1, max: 2, idleMs: 4000 }, resources: { ...resources, gpus: 1, memoryBytes: 1000 } },
      { idempotent: true, rollout: { minReadyMs: 3_600_000 } },
    );
    assert.deepEqual(differences(old, now), [
      "idempotent: false -> true",
      "implementations.vm.replicas: 1 -> 0",
      "implementations.vm.resources.gpus: (none) -> 1",
      "implementations.vm.resources.memory: 1MiB -> 1000B",
      "implementations.vm.scale.idle: 1m -> 4s",
      "implementations.vm.scale.min: 0 -> 1",
      "rollout.minReady: 1500ms -> 1h",
    ]);
  });

  it("say enums as a manifest does, and of what is new its name", () => {
    const packed = spec({}, { packing: "PACKING_BIN_PACK" });
    assert.deepEqual(differences(spec(), packed), ["packing: (none) -> bin-pack"]);
    const container = spec({ kind: "NODE_KIND_CONTAINER" });
    assert.deepEqual(differences(spec(), container), [
      "implementations.container.concurrency: (none) -> 1",
      "implementations.container.replicas: (none) -> 1",
      "implementations.vm.concurrency: 1 -> (none)",
      "implementations.vm.replicas: 1 -> (none)",
    ]);
    assert.deepEqual(differences(undefined, spec()), ["name: (none) -> app"]);
  });
});
