import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { packFolder } from "../../common/archive/index.js";
import { readManifest, readPackedManifest } from "../../common/bundle/index.js";
import { fileDigest } from "../../common/bus/index.js";
import { StraightLineError } from "../../common/errors/index.js";

/** A bundle as a packed file. */
export interface PackedBundle extends AsyncDisposable {
  readonly file: string;
  readonly digest: string;
  readonly sizeBytes: number;
}

/**
 * The bundle that a manifest names, relative to it: a folder is packed, a packed file is taken as it is. Rejects with ARTIFACT_INVALID
 * when it is not there or is no bundle. Disposing of it removes what was packed.
 */
export async function packBundleOf(manifestFile: string, bundle: string): Promise<PackedBundle> {
  const path = resolve(dirname(manifestFile), bundle);
  const found = await stat(path).catch((cause: unknown) => {
    throw new StraightLineError("ARTIFACT_INVALID", `artifact.bundle: there is no ${path}`, { cause });
  });
  if (!found.isDirectory()) {
    await readPackedManifest(path);
    return { file: path, digest: await fileDigest(path), sizeBytes: found.size, [Symbol.asyncDispose]: async () => undefined };
  }
  await readManifest(path);
  const folder = await mkdtemp(join(tmpdir(), "straightline-bundle-"));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  const file = join(folder, "bundle.tgz");
  try {
    return { file, ...(await packFolder(path, file, [".git"])), [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
