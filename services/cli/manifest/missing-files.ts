import { existsSync } from "node:fs";
import { open, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { systemCode } from "../../common/errors/index.js";
import type { ManifestFault } from "./faults.js";

/** A file or folder that a manifest names. */
interface Named {
  readonly path: ManifestFault["path"];
  readonly name: string | undefined;
}

/** Faults of files and folders that a manifest names, relative to itself, and that are not there. */
export function missingFaults(manifestFile: string, named: readonly Named[]): ManifestFault[] {
  return named.flatMap(({ path, name }) => {
    const file = resolve(dirname(manifestFile), name ?? "");
    return name === undefined || existsSync(file) ? [] : [{ path, message: `there is no ${file}` }];
  });
}

/** The same of folders, which may also be packed. */
export async function folderFaults(manifestFile: string, named: readonly Named[]): Promise<ManifestFault[]> {
  const missing = missingFaults(manifestFile, named);
  const others = named.filter(({ path }) => missing.every((fault) => fault.path !== path));
  const faults = others.map(async ({ path, name }) => {
    const message = name === undefined ? undefined : await faultOfFolder(resolve(dirname(manifestFile), name));
    return message === undefined ? [] : [{ path, message }];
  });
  return [...missing, ...(await Promise.all(faults)).flat()];
}

/** Every gzip file begins with these. */
const GZIP = Buffer.from([0x1f, 0x8b]);

async function faultOfFolder(file: string): Promise<string | undefined> {
  try {
    return (await isFolderOrPacked(file)) ? undefined : `${file} is neither a folder nor a folder packed as .tgz`;
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined) throw error;
    return `${file} cannot be read (${code})`;
  }
}

async function isFolderOrPacked(file: string): Promise<boolean> {
  const entry = await stat(file);
  // Opening a pipe would wait for its writer.
  if (!entry.isFile()) return entry.isDirectory();
  await using handle = await open(file);
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(GZIP.length), 0, GZIP.length, 0);
  return bytesRead === GZIP.length && buffer.equals(GZIP);
}
