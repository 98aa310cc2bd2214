import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { withCode } from "../../../test/support/placement-harness.js";
import { readPackedManifest } from "../../common/bundle/index.js";
import { PACKAGE_ROOT } from "../daemons.js";
import { packModelBundle } from "./model-bundle.js";

test("a model is packed with the model server under the application's name, the same to the same bytes", async () => {
  const folder = await mkdtemp(join(tmpdir(), "straightline-model-"));
  try {
    await assert.rejects(packModelBundle(folder, "lines", join(folder, "out.tgz")), withCode("ARTIFACT_INVALID"));
    await cp(join(PACKAGE_ROOT, "deploy/examples/text-orientation/model.json"), join(folder, "model.json"));
    await writeFile(join(folder, "model.onnx"), "weights");
    const [first, second] = [join(folder, "first.tgz"), join(folder, "second.tgz")];
    assert.deepEqual(await packModelBundle(folder, "lines", first), await packModelBundle(folder, "lines", second));
    assert.deepEqual((await readPackedManifest(first)).entrypoint, ["server.mjs"]);
    const names = execFileSync("tar", ["-tzf", first], { encoding: "utf8" }).split("\n");
    for (const name of ["bundle.json", "server.mjs", "models/lines/model.json", "models/lines/model.onnx"]) {
      assert.ok(names.includes(name), name);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
