import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import type { Implementation } from "../../../proto/gen/straightline/v1/Implementation.js";
import { KIND_TOKENS } from "../../common/bus/index.js";
import { PACKAGE_ROOT } from "../daemons.js";
import { toApplication } from "../manifest/index.js";
import { parseManifestText } from "../manifest/read-manifest.js";
import { sampleApplication } from "./sample.js";

const BUNDLE = { digest: "sha256:0", sizeBytes: 9 };

test("the sample of `up` is the application of its example", async () => {
  const file = join(PACKAGE_ROOT, "deploy/examples/text-orientation/app.yaml");
  const manifest = await parseManifestText(await readFile(file, "utf8"), file);
  const [example, sample] = [toApplication(manifest, BUNDLE), sampleApplication(BUNDLE, KIND_TOKENS)];
  for (const key of ["name", "artifact", "timeoutMs", "idempotent", "readyPath", "statsPath"] as const) {
    assert.deepEqual(sample[key], example[key], key);
  }
  const factsOf = ({ kind, replicas, concurrency, resources, keepAliveMs }: Implementation) => {
    const { cpuMillicores, memoryBytes } = resources ?? {};
    return { kind, replicas, concurrency, cpuMillicores, memoryBytes, keepAliveMs };
  };
  assert.deepEqual(sample.implementations?.map(factsOf), example.implementations?.map(factsOf));
});
