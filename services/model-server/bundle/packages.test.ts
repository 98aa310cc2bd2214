import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { productionFiles } from "./packages.js";

const FILES: Readonly<Record<string, string>> = {
  "node_modules/image/package.json": JSON.stringify({
    dependencies: { helper: "1", "adm-zip": "1" },
    devDependencies: { tests: "1" },
    optionalDependencies: { "native-linux": "1", "native-windows": "1" },
  }),
  "node_modules/image/index.js": "",
  "node_modules/image/index.d.ts": "",
  "node_modules/image/index.js.map": "",
  "node_modules/image/src/binding.cc": "",
  "node_modules/image/bin/napi-v6/linux/x64/a.node": "",
  "node_modules/image/bin/napi-v6/linux/arm64/a.node": "",
  "node_modules/image/bin/napi-v6/win32/x64/a.node": "",
  "node_modules/image/node_modules/helper/package.json": "{}",
  "node_modules/helper/package.json": "{}",
  "node_modules/adm-zip/package.json": "{}",
  "node_modules/tests/package.json": "{}",
  "node_modules/native-linux/package.json": "{}",
};

let root: string;
before(async () => {
  root = await mkdtemp(join(tmpdir(), "straightline-packages-"));
  for (const [path, content] of Object.entries(FILES)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
});
after(() => rm(root, { recursive: true, force: true }));

test("only what runs on the machine is carried: nearest dependencies, installed options, its own native build", () => {
  assert.deepEqual(productionFiles(root, ["image"], { platform: "linux", arch: "x64" }).sort(), [
    "node_modules/image/bin/napi-v6/linux/x64/a.node",
    "node_modules/image/index.js",
    "node_modules/image/node_modules/helper/package.json",
    "node_modules/image/package.json",
    "node_modules/native-linux/package.json",
  ]);
});

test("a package that is not installed is refused", () => {
  assert.throws(
    () => productionFiles(root, ["absent"], { platform: "linux", arch: "x64" }),
    /absent is not installed; run npm ci/,
  );
});
