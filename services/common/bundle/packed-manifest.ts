import { createReadStream } from "node:fs";
import { json } from "node:stream/consumers";
import { createGunzip } from "node:zlib";
import { extract } from "tar-stream";
import { StraightLineError } from "../errors/index.js";
import { type BundleManifest, parseManifest } from "./manifest.js";

/** Reads bundle.json of a packed bundle without unpacking it; rejects with ARTIFACT_INVALID that says what is wrong with the file. */
export async function readPackedManifest(file: string): Promise<BundleManifest> {
  const tar = extract();
  const source = createReadStream(file);
  const gunzip = createGunzip();
  const fail = (error: Error): void => void tar.destroy(error);
  source.on("error", fail);
  gunzip.on("error", fail);
  source.pipe(gunzip).pipe(tar);
  try {
    let manifest: BundleManifest | undefined;
    // To its end: a file that breaks off is not sound, wherever its manifest stands.
    for await (const entry of tar) {
      if (entry.header.name.replace(/^\.\//, "") === "bundle.json") manifest = parseManifest(await json(entry));
      else entry.resume();
    }
    if (manifest !== undefined) return manifest;
  } catch (error) {
    if (error instanceof StraightLineError) throw error;
    throw new StraightLineError("ARTIFACT_INVALID", `${file} is not a sound tar+gzip file with a bundle.json`, { cause: error });
  } finally {
    source.destroy();
  }
  throw new StraightLineError("ARTIFACT_INVALID", `${file} has no bundle.json at its root; pack the folder, not its parent`);
}
