import assert from "node:assert/strict";
import { once } from "node:events";
import { buffer } from "node:stream/consumers";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { extract } from "tar-stream";
import { contentDigest, digestOf, packBundle } from "./pack.js";

const FILES = [
  { path: "server.mjs", bytes: Buffer.from("run") },
  { path: "models/a/model.json", bytes: Buffer.from("{}") },
];

test("the same files give the same bytes, in whatever order they come", async () => {
  const [first, second] = [await packBundle(FILES), await packBundle([...FILES].reverse())];
  assert.equal(digestOf(first), digestOf(second));
  assert.equal(contentDigest(FILES), contentDigest([...FILES].reverse()));
});

test("another byte or another path gives another digest", () => {
  const digests = [
    FILES,
    [{ path: "server.mjs", bytes: Buffer.from("ran") }],
    [{ path: "other.mjs", bytes: Buffer.from("run") }],
  ].map(contentDigest);
  assert.equal(new Set(digests).size, 3);
});

test("what is packed can be unpacked, without times and owners", async () => {
  const seen: [string, number, number, string][] = [];
  const archive = extract();
  archive.on("entry", (header, stream, next) => {
    buffer(stream).then((content) => {
      seen.push([header.name, Number(header.mtime), Number(header.uid), content.toString()]);
      next();
    }, next);
  });
  archive.end(gunzipSync(await packBundle(FILES)));
  await once(archive, "finish");
  assert.deepEqual(seen, [
    ["models/a/model.json", 0, 0, "{}"],
    ["server.mjs", 0, 0, "run"],
  ]);
});
