import { randomBytes } from "node:crypto";
import { readdir, rename, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";

/** Unpacked bundles that nothing runs and that are kept all the same, for a rollback or a restart. */
const KEPT_BUNDLES = 10;
/** Agents that share the directory mark what they run more often than this. */
const IDLE_MS = 3_600_000;
const BUNDLE = /^sha256-[0-9a-f]{64}$/;
/** Begins the names of what is not whole. */
export const TEMPORARY = "tmp-";

/** Marks bundles as in use now. One that is not there is passed by. */
export async function markUsed(directory: string, names: Iterable<string>): Promise<void> {
  const now = new Date();
  for (const name of names) await utimes(join(directory, name), now, now).catch(() => undefined);
}

/** Removes the bundles that have been idle longest, but for the ten used last; `inUse` names those that are not to be touched. */
export async function evictIdle(directory: string, inUse: ReadonlySet<string>): Promise<void> {
  const names = (await readdir(directory)).filter((name) => BUNDLE.test(name) && !inUse.has(name));
  const idle = await Promise.all(names.map(async (name) => ({ name, usedMs: await usedMs(join(directory, name)) })));
  const extra = idle.sort((a, b) => b.usedMs - a.usedMs).slice(KEPT_BUNDLES);
  for (const { name } of extra.filter((one) => Date.now() - one.usedMs > IDLE_MS)) await removeWhole(directory, name);
}

/** Under another name first: what stands under a digest is whole. */
async function removeWhole(directory: string, name: string): Promise<void> {
  const doomed = join(directory, `${TEMPORARY}${process.pid}-${randomBytes(4).toString("hex")}`);
  try {
    await rename(join(directory, name), doomed);
  } catch {
    // Another agent was faster.
    return;
  }
  await rm(doomed, { recursive: true, force: true });
}

async function usedMs(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.mtimeMs ?? Date.now();
}
