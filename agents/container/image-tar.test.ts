import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { extract, type Header } from "tar-stream";
import { tarOf } from "./image-tar.js";
import { rootEntries } from "./root-files.js";

describe("the file system of a bundle's image", () => {
  let directory: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "straightline-tar-"));
    await mkdir(join(directory, "lib"));
    await writeFile(join(directory, "lib", "data.txt"), "data", { mode: 0o600 });
    await symlink("lib/data.txt", join(directory, "link"));
  });
  after(() => rm(directory, { recursive: true }));

  it("holds the runtime, its libraries where they lie here, and the bundle, readable by everybody", async () => {
    const headers = await read(tarOf(await rootEntries(process.execPath, directory)));
    const runtime = headers.get(process.execPath.slice(1));
    assert.equal((runtime?.mode ?? 0) & 0o555, 0o555);
    assert.ok(
      [...headers.keys()].some((name) => /ld-(linux|musl)/.test(name)),
      "no dynamic loader",
    );
    assert.equal(headers.get("app/lib/data.txt")?.mode, 0o444);
    assert.equal(headers.get("app/link")?.linkname, "lib/data.txt");
    assert.ok(headers.has("etc/passwd"));
  });

  it("fails when a file cannot be read", async () => {
    const { tar, failed } = tarOf([{ type: "copy", path: "/x", source: join(directory, "absent") }]);
    tar.resume();
    await assert.rejects(failed, { code: "ENOENT" });
  });
});

async function read({ tar, failed }: ReturnType<typeof tarOf>): Promise<Map<string, Header>> {
  const headers = new Map<string, Header>();
  const reader = extract();
  reader.on("entry", (header, body, next) => {
    headers.set(header.name, header);
    body.on("end", next).resume();
  });
  const finished = new Promise<void>((resolve, reject) => {
    reader.on("finish", () => resolve());
    reader.on("error", reject);
  });
  tar.pipe(reader);
  await Promise.all([failed, finished]);
  return headers;
}
