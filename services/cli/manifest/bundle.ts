import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { type PackedFolder, packFolder } from "../../common/archive/index.js";
import { fileDigest } from "../../common/bus/index.js";
import { StraightLineError } from "../../common/errors/index.js";
import { packModelBundle } from "./model-bundle.js";
import type { Manifest } from "./types.js";

/** A folder as a packed file. */
export interface PackedBundle extends AsyncDisposable {
  readonly file: string;
  readonly digest: string;
  readonly sizeBytes: number;
}

/** Never wanted where a folder is taken along. */
const SKIPPED = [".git", "__pycache__"];

/**
 * The bundle that a manifest names, relative to it: a folder is packed, a packed file is taken as it is, a model is packed with the model
 * server. Undefined for an artifact of another kind. Rejects with ARTIFACT_INVALID when it is not there. Disposing of it removes what was packed.
 */
export async function packBundleOf(manifestFile: string, { name, artifact }: Manifest): Promise<PackedBundle | undefined> {
  const { bundle, model } = artifact;
  if (model !== undefined) return packInto((file) => packModelBundle(resolve(dirname(manifestFile), model), name, file));
  if (bundle === undefined) return undefined;
  return packPath(manifestFile, "artifact.bundle", bundle);
}

/** The same of any folder; `field` names it in messages. */
export async function packPath(manifestFile: string, field: string, name: string): Promise<PackedBundle> {
  const path = resolve(dirname(manifestFile), name);
  const found = await stat(path).catch((cause: unknown) => {
    throw new StraightLineError("ARTIFACT_INVALID", `${field}: there is no ${path}`, { cause });
  });
  if (!found.isDirectory()) {
    return { file: path, digest: await fileDigest(path), sizeBytes: found.size, [Symbol.asyncDispose]: async () => undefined };
  }
  return packInto((target) => packFolder(path, target, SKIPPED));
}

/** What `write` makes of a temporary file. */
async function packInto(write: (file: string) => Promise<PackedFolder>): Promise<PackedBundle> {
  const folder = await mkdtemp(join(tmpdir(), "straightline-bundle-"));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  const file = join(folder, "bundle.tgz");
  try {
    return { file, ...(await write(file)), [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
