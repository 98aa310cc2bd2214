import { createReadStream, createWriteStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import { extract, type Pack, pack } from "tar-stream";
import type { PackedFolder } from "../../common/archive/index.js";
import { fileDigest } from "../../common/bus/index.js";
import { StraightLineError, systemCode } from "../../common/errors/index.js";
import { BUILD_ROOT } from "../daemons.js";

/** The model server without a model, as `npm run build` packs it. */
const SERVER_BUNDLE = join(BUILD_ROOT, "bundles", "model-server.tgz");
const MODEL_FILES = ["model.json", "model.onnx"] as const;
/** As for every bundle: fast rather than small. */
const GZIP_LEVEL = 1;

/**
 * Writes a bundle of the model server with one model into `file`. The same model gives the same bytes. Rejects with ARTIFACT_INVALID when the folder
 * has no model.json and model.onnx, and with COMPONENT_MISSING when the model server has not been built.
 */
export async function packModelBundle(folder: string, name: string, file: string): Promise<PackedFolder> {
  const model = await Promise.all(MODEL_FILES.map(async (path) => ({ path, bytes: await readModelFile(join(folder, path)) })));
  const tar = pack();
  const writing = pipeline(tar, createGzip({ level: GZIP_LEVEL }), createWriteStream(file));
  const filling = fill(tar, name, model).catch((error: Error) => tar.destroy(error));
  await Promise.all([writing, filling]);
  return { digest: await fileDigest(file), sizeBytes: (await stat(file)).size };
}

async function fill(tar: Pack, name: string, model: readonly { readonly path: string; readonly bytes: Buffer }[]): Promise<void> {
  await copyServer(tar);
  for (const { path, bytes } of model) {
    tar.entry({ name: `models/${name}/${path}`, mode: 0o644, mtime: new Date(0), uid: 0, gid: 0 }, bytes);
  }
  tar.finalize();
}

async function copyServer(tar: Pack): Promise<void> {
  const server = extract();
  const reading = pipeline(createReadStream(SERVER_BUNDLE), createGunzip(), server);
  // The loop below meets the same failure; without this it would count as unhandled when the loop fails first.
  reading.catch(() => undefined);
  try {
    for await (const entry of server) await pipeline(entry, tar.entry(entry.header));
    await reading;
  } catch (cause) {
    throw new StraightLineError("COMPONENT_MISSING", `${SERVER_BUNDLE} cannot be read; run npm run build`, { cause });
  }
}

async function readModelFile(path: string): Promise<Buffer> {
  return readFile(path).catch((cause: unknown) => {
    const why = systemCode(cause) === "ENOENT" ? "is missing" : `cannot be read (${systemCode(cause)})`;
    throw new StraightLineError("ARTIFACT_INVALID", `artifact.model: ${path} ${why}`, { cause });
  });
}
