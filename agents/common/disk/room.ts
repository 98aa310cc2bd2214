import { statfs } from "node:fs/promises";

/** Records and the state file of a busy agent fit in this many times over. */
const MIN_FREE_BYTES = 1024 * 1024;

/** Whether the disk under a directory can take what an agent writes. One that cannot be asked passes for one with room: its own faults tell more. */
export async function hasRoom(directory: string): Promise<boolean> {
  try {
    const { bavail, bsize, files, ffree } = await statfs(directory);
    // A file system without a fixed number of files says that it has none.
    return bavail * bsize >= MIN_FREE_BYTES && (files === 0 || ffree > 0);
  } catch {
    return true;
  }
}
