import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { packFolder } from "../../common/archive/index.js";
import { readManifest, readPackedManifest } from "../../common/bundle/index.js";
import { fileDigest } from "../../common/bus/index.js";
import { StraightLineError } from "../../common/errors/index.js";

/** A folder as a packed file. */
export interface PackedBundle extends AsyncDisposable {
  readonly file: string;
  readonly digest: string;
  readonly sizeBytes: number;
}

/** Never wanted where a folder is taken along. */
const SKIPPED = [".git", "__pycache__"];

/**
 * The bundle that a manifest names, relative to it: a folder is packed, a packed file is taken as it is. Rejects with ARTIFACT_INVALID
 * when it is not there or is no bundle. Disposing of it removes what was packed.
 */
export async function packBundleOf(manifestFile: string, bundle: string): Promise<PackedBundle> {
  return packPath(manifestFile, "artifact.bundle", bundle, (path, isFolder) =>
    isFolder ? readManifest(path) : readPackedManifest(path),
  );
}

/** The same of any folder; `field` names it in messages. */
export async function packPath(
  manifestFile: string,
  field: string,
  name: string,
  check: (path: string, isFolder: boolean) => Promise<unknown> = async () => undefined,
): Promise<PackedBundle> {
  const path = resolve(dirname(manifestFile), name);
  const found = await stat(path).catch((cause: unknown) => {
    throw new StraightLineError("ARTIFACT_INVALID", `${field}: there is no ${path}`, { cause });
  });
  await check(path, found.isDirectory());
  if (!found.isDirectory()) {
    return { file: path, digest: await fileDigest(path), sizeBytes: found.size, [Symbol.asyncDispose]: async () => undefined };
  }
  const folder = await mkdtemp(join(tmpdir(), "straightline-bundle-"));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  const file = join(folder, "bundle.tgz");
  try {
    return { file, ...(await packFolder(path, file, SKIPPED)), [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
