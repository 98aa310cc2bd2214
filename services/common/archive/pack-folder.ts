import { createReadStream, createWriteStream } from "node:fs";
import { lstat, readdir, readlink } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { type Pack, pack } from "tar-stream";
import { fileDigest } from "../bus/index.js";
import { StraightLineError } from "../errors/index.js";

/** A packed folder. */
export interface PackedFolder {
  /** sha256:<64 hex digits> of the packed bytes. */
  readonly digest: string;
  readonly sizeBytes: number;
}

/** Fast rather than small: models and native libraries hardly shrink further. */
const GZIP_LEVEL = 1;
/** As many as whoever unpacks it takes. */
const MAX_ENTRIES = 100_000;
const EXECUTABLE_BITS = 0o111;

/**
 * Packs a folder as tar+gzip into `file`. The same files give the same bytes: sorted, without times and owners. Folders and files named in `skip`
 * are left out wherever they lie. Rejects with ARTIFACT_INVALID for what is neither file, folder nor link, and beyond 100,000 entries.
 */
export async function packFolder(folder: string, file: string, skip: readonly string[] = []): Promise<PackedFolder> {
  const tar = pack();
  const writing = pipeline(tar, createGzip({ level: GZIP_LEVEL }), createWriteStream(file));
  const filling = fill(tar, folder, await listFolder(folder, folder, new Set(skip))).catch((error: Error) => tar.destroy(error));
  await Promise.all([writing, filling]);
  return { digest: await fileDigest(file), sizeBytes: (await lstat(file)).size };
}

async function listFolder(root: string, folder: string, skip: ReadonlySet<string>): Promise<string[]> {
  const paths: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (skip.has(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) paths.push(...(await listFolder(root, path, skip)));
    else if (entry.isFile() || entry.isSymbolicLink()) paths.push(path);
    else throw invalid(`${path} is neither file, folder nor link; take it out`);
    if (paths.length > MAX_ENTRIES) throw invalid(`${root} has more than ${MAX_ENTRIES} files; pack fewer`);
  }
  return paths;
}

async function fill(tar: Pack, folder: string, paths: readonly string[]): Promise<void> {
  const named = paths.map((path) => ({ path, name: relative(folder, path).split(sep).join("/") }));
  // By code unit, so that no locale changes the order.
  for (const { path, name } of named.sort((a, b) => (a.name < b.name ? -1 : 1))) await writeEntry(tar, path, name);
  tar.finalize();
}

async function writeEntry(tar: Pack, path: string, name: string): Promise<void> {
  const found = await lstat(path);
  const header = { name, mtime: new Date(0), uid: 0, gid: 0 };
  if (found.isSymbolicLink()) {
    tar.entry({ ...header, type: "symlink", linkname: await readlink(path) });
    return;
  }
  const mode = (found.mode & EXECUTABLE_BITS) === 0 ? 0o644 : 0o755;
  await pipeline(createReadStream(path), tar.entry({ ...header, mode, size: found.size }));
}

function invalid(message: string): StraightLineError {
  return new StraightLineError("ARTIFACT_INVALID", message);
}
