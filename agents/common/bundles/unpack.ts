import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, symlink } from "node:fs/promises";
import { dirname, join, normalize, resolve, sep } from "node:path";
import { type Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { extract, type Header } from "tar-stream";
import { StraightLineError } from "../../../services/common/errors/index.js";

/** What an unpacked bundle may come to: far above any model with its runtime, far below a disk. */
export interface UnpackLimits {
  readonly totalBytes: number;
  readonly entries: number;
}

const DEFAULT_LIMITS: UnpackLimits = { totalBytes: 8 * 1024 ** 3, entries: 100_000 };

/**
 * Unpacks a tar+gzip file into an empty directory. Rejects with ARTIFACT_INVALID for damaged data, for an entry that would lie outside
 * of the directory, for one that is neither file, directory nor inner symbolic link, and beyond the limits. What was written until
 * then stays: the caller removes the directory.
 */
export async function unpackBundle(file: string, directory: string, limits: UnpackLimits = DEFAULT_LIMITS): Promise<void> {
  const tar = extract();
  const feed = pipeline(createReadStream(file), createGunzip(), byteLimit(limits.totalBytes), tar);
  // The loop below meets the same failure; without this it would count as unhandled when the loop fails first.
  feed.catch(() => undefined);
  try {
    let entries = 0;
    const links = new Set<string>();
    for await (const entry of tar) {
      entries += 1;
      if (entries > limits.entries) throw invalid(`has more than ${limits.entries} entries`);
      await writeEntry(directory, links, entry.header, entry as unknown as Readable);
    }
    await feed;
  } catch (error) {
    tar.destroy();
    throw error instanceof StraightLineError ? error : invalid("is not a sound tar+gzip file", error);
  }
}

async function writeEntry(directory: string, links: Set<string>, header: Header, content: Readable): Promise<void> {
  const path = insidePath(directory, header.name);
  refuseBelowLink(directory, links, path, header.name);
  if (header.type === "file" || header.type === "contiguous-file") {
    await mkdir(dirname(path), { recursive: true });
    // "wx": a second entry of one name could write through a link that the first has made.
    await pipeline(
      content,
      createWriteStream(path, { flags: "wx", mode: header.mode === undefined ? 0o644 : header.mode & 0o755 }),
    );
    return;
  }
  if (header.type === "directory") await mkdir(path, { recursive: true });
  else if (header.type === "symlink") await makeLink(directory, links, path, header);
  else throw invalid(`holds ${JSON.stringify(header.name)}, a ${header.type}; only files, directories and links are taken`);
  content.resume();
}

async function makeLink(directory: string, links: Set<string>, path: string, { name, linkname }: Header): Promise<void> {
  const target = linkname ?? "";
  const resolved = resolve(dirname(path), target);
  if (target.startsWith("/") || !isInside(directory, resolved)) {
    throw invalid(`holds the link ${JSON.stringify(name)} to ${JSON.stringify(target)}, outside of it`);
  }
  await mkdir(dirname(path), { recursive: true });
  await symlink(target, path);
  links.add(path);
}

function insidePath(directory: string, name: string): string {
  const path = join(directory, normalize(name));
  if (name.startsWith("/") || name.includes("\0") || !isInside(directory, path)) {
    throw invalid(`holds ${JSON.stringify(name)}, a path outside of it`);
  }
  return path;
}

/** Where a chain of links leads cannot be told from names, so that nothing is written through one. */
function refuseBelowLink(directory: string, links: ReadonlySet<string>, path: string, name: string): void {
  for (let parent = path; parent.length > directory.length; parent = dirname(parent)) {
    if (links.has(parent)) throw invalid(`holds ${JSON.stringify(name)}, which lies at or below a link`);
  }
}

function isInside(directory: string, path: string): boolean {
  const root = resolve(directory);
  return path === root || path === `${root}${sep}` || path.startsWith(`${root}${sep}`);
}

function byteLimit(totalBytes: number): Transform {
  let seen = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seen += chunk.length;
      if (seen > totalBytes) done(invalid(`unpacks to more than ${totalBytes} bytes`));
      else done(null, chunk);
    },
  });
}

function invalid(what: string, cause?: unknown): StraightLineError {
  return new StraightLineError("ARTIFACT_INVALID", `the bundle ${what}`, { cause });
}
