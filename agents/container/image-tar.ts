import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { type Pack, pack } from "tar-stream";
import type { RootEntry } from "./root-files.js";

/** Read by everybody, whatever the umask of the one who unpacked the bundle was: the container's user owns nothing. */
const READABLE_MODE = 0o444;
const EXECUTABLE_BITS = 0o111;

/**
 * The entries as a tar, made as it is read. `failed` rejects when a file cannot be read; the tar then never ends, so its reader has to be
 * stopped.
 */
export function tarOf(entries: readonly RootEntry[]): { readonly tar: Pack; readonly failed: Promise<void> } {
  const tar = pack();
  return { tar, failed: writeAll(tar, entries) };
}

async function writeAll(tar: Pack, entries: readonly RootEntry[]): Promise<void> {
  for (const entry of entries) await writeEntry(tar, entry);
  tar.finalize();
}

async function writeEntry(tar: Pack, entry: RootEntry): Promise<void> {
  const name = entry.path.slice(1);
  if (entry.type === "text") {
    tar.entry({ name, mode: READABLE_MODE }, entry.text);
  } else if (entry.type === "link") {
    tar.entry({ name, type: "symlink", linkname: entry.target });
  } else {
    const { size, mode } = await stat(entry.source);
    await pipeline(createReadStream(entry.source), tar.entry({ name, size, mode: READABLE_MODE | (mode & EXECUTABLE_BITS) }));
  }
}
