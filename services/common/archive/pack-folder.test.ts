import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { packFolder } from "./index.js";

let root: string;
before(async () => {
  root = await mkdtemp(join(tmpdir(), "straightline-pack-"));
});
after(() => rm(root, { recursive: true, force: true }));

async function folder(name: string): Promise<string> {
  const path = join(root, name);
  await mkdir(join(path, "sub", "__pycache__"), { recursive: true });
  await writeFile(join(path, "run.sh"), "#!/bin/sh\n", { mode: 0o755 });
  await writeFile(join(path, "sub", "data"), "x".repeat(100_000));
  await writeFile(join(path, "sub", "__pycache__", "junk"), name);
  await symlink("sub/data", join(path, "link"));
  return path;
}

test("the same files give the same bytes, whatever is skipped", async () => {
  const one = await packFolder(await folder("one"), join(root, "one.tgz"), ["__pycache__"]);
  const two = await packFolder(await folder("two"), join(root, "two.tgz"), ["__pycache__"]);
  assert.match(one.digest, /^sha256:[0-9a-f]{64}$/);
  assert.deepEqual(one, two);
});

test("another program unpacks it, with links and executable files", async () => {
  const file = join(root, "listed.tgz");
  await packFolder(await folder("listed"), file);
  const lines = execFileSync("tar", ["-tvzf", file], { encoding: "utf8" }).trim().split("\n");
  assert.equal(lines.length, 4);
  assert.match(lines[0] ?? "", /^lrw.* link -> sub\/data$/);
  assert.match(lines[1] ?? "", /^-rwxr-xr-x.* run\.sh$/);
});

test("a folder that is not there is refused, and an empty one packs", async () => {
  await assert.rejects(packFolder(join(root, "nowhere"), join(root, "x.tgz")), /ENOENT/);
  await mkdir(join(root, "empty"));
  const packed = await packFolder(join(root, "empty"), join(root, "empty.tgz"));
  assert.ok(packed.sizeBytes > 0);
});
