import type { StoredItem } from "../../common/bus/index.js";

/** Remembers since when nothing needs what is stored. */
export interface UnneededWatch {
  /** Of what is stored now, what nothing has needed and nobody has stored again for the grace period. */
  due(stored: readonly StoredItem[], needed: ReadonlySet<string>): StoredItem[];
}

/** A watch that has seen nothing: each item gets the whole grace period, by this process's own clock. */
export function createUnneededWatch(graceMs: number, now: () => number): UnneededWatch {
  let seen = new Map<string, { readonly revision: number; readonly sinceMs: number }>();
  return {
    due(stored, needed) {
      const idle = stored.filter(({ type, key }) => type !== "artifact" || (isDigest(key) && !needed.has(key)));
      const before = seen;
      seen = new Map(
        idle.map(({ key, revision }) => {
          const known = before.get(key);
          return [key, known?.revision === revision ? known : { revision, sinceMs: now() }];
        }),
      );
      return idle.filter(({ key }) => now() - (seen.get(key)?.sinceMs ?? now()) >= graceMs);
    },
  };
}

/** Under another name lies what is not ours. */
function isDigest(key: string): boolean {
  return /^sha256:[0-9a-f]{64}$/.test(key);
}
