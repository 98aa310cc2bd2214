import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { packFolder } from "../archive/index.js";
import { readPackedManifest } from "./index.js";

const folder = mkdtempSync(join(tmpdir(), "packed-"));
after(() => rmSync(folder, { recursive: true, force: true }));

async function packed(): Promise<string> {
  const bundle = join(folder, "bundle");
  mkdirSync(bundle, { recursive: true });
  writeFileSync(join(bundle, "bundle.json"), JSON.stringify({ runtime: "node", entrypoint: ["server.js"] }));
  writeFileSync(join(bundle, "weights.bin"), randomBytes(200_000));
  const file = join(folder, "bundle.tgz");
  await packFolder(bundle, file);
  return file;
}

describe("the manifest of a packed bundle", () => {
  it("is read without unpacking", async () => {
    assert.deepEqual((await readPackedManifest(await packed())).entrypoint, ["server.js"]);
  });
  it("is refused where the file breaks off behind it", async () => {
    const broken = join(folder, "broken.tgz");
    writeFileSync(broken, readFileSync(await packed()).subarray(0, 100_000));
    await assert.rejects(readPackedManifest(broken), {
      code: "ARTIFACT_INVALID",
      message: /broken\.tgz is not a sound tar\+gzip file/,
    });
  });
});
