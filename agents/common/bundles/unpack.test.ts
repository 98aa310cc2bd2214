import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type BundleEntry, packBundle } from "../../../test/support/tiny-bundle.js";
import { unpackBundle } from "./unpack.js";

describe("unpackBundle", () => {
  let root: string;
  let count = 0;
  before(async () => {
    root = await mkdtemp(join(tmpdir(), "straightline-unpack-"));
  });
  after(() => rm(root, { recursive: true, force: true }));

  const unpack = async (entries: readonly BundleEntry[], limits?: { totalBytes: number; entries: number }): Promise<string> => {
    const directory = join(root, String(++count), "inside");
    await mkdir(directory, { recursive: true });
    await using bundle = await packBundle(entries);
    await unpackBundle(bundle.file, directory, limits);
    return directory;
  };

  it("writes files, directories and links that stay inside", async () => {
    const directory = await unpack([
      { name: "./folder", type: "directory" },
      { name: "./folder/file.txt", content: "text" },
      { name: "link", type: "symlink", linkname: "folder/file.txt" },
    ]);
    assert.equal(await readFile(join(directory, "link"), "utf8"), "text");
  });

  const REFUSED: readonly { readonly title: string; readonly entries: readonly BundleEntry[]; readonly message: RegExp }[] = [
    { title: "a path that climbs out", entries: [{ name: "../evil" }], message: /a path outside of it/ },
    { title: "a path that climbs out from within", entries: [{ name: "a/../../evil" }], message: /a path outside of it/ },
    { title: "an absolute path", entries: [{ name: "/evil" }], message: /a path outside of it/ },
    {
      title: "a link that leads out",
      entries: [{ name: "link", type: "symlink", linkname: "../evil" }],
      message: /the link "link" to "\.\.\/evil", outside of it/,
    },
    {
      title: "an absolute link",
      entries: [{ name: "link", type: "symlink", linkname: "/etc" }],
      message: /outside of it/,
    },
    {
      title: "a chain of links that leads out though each seems to stay inside",
      entries: [
        { name: "a/b/c/up", type: "symlink", linkname: "../../.." },
        { name: "out", type: "symlink", linkname: "a/b/c/up/.." },
        { name: "out/evil" },
      ],
      message: /lies at or below a link/,
    },
    {
      title: "a file in place of a link",
      entries: [
        { name: "link", type: "symlink", linkname: "file" },
        { name: "link", content: "x" },
      ],
      message: /lies at or below a link/,
    },
    {
      title: "a hard link",
      entries: [{ name: "hard", type: "link", linkname: "file" }],
      message: /only files, directories and links/,
    },
    { title: "a device", entries: [{ name: "null", type: "character-device" }], message: /only files, directories and links/ },
    { title: "a file twice", entries: [{ name: "file" }, { name: "file" }], message: /not a sound tar\+gzip file/ },
  ];
  for (const { title, entries, message } of REFUSED) {
    it(`refuses ${title}`, async () => {
      await assert.rejects(unpack(entries), { code: "ARTIFACT_INVALID", message });
      assert.deepEqual(await readdir(join(root, String(count))), ["inside"], "nothing was written outside");
    });
  }

  it("refuses more bytes than the limit before it has written them", async () => {
    const entries = [{ name: "zeros", content: "0".repeat(200_000) }];
    await assert.rejects(unpack(entries, { totalBytes: 100_000, entries: 10 }), { message: /unpacks to more than 100000 bytes/ });
  });

  it("refuses more entries than the limit", async () => {
    const entries = [1, 2, 3].map((n) => ({ name: `file-${n}` }));
    await assert.rejects(unpack(entries, { totalBytes: 1e6, entries: 2 }), { message: /more than 2 entries/ });
  });

  for (const [title, bytes] of [
    ["bytes that are no gzip", Buffer.from("not gzip at all")],
    ["an empty file", Buffer.alloc(0)],
  ] as const) {
    it(`refuses ${title}`, async () => {
      const file = join(root, "damaged");
      await writeFile(file, bytes);
      await assert.rejects(unpackBundle(file, await mkdtemp(join(root, "x-"))), { code: "ARTIFACT_INVALID" });
    });
  }
});
