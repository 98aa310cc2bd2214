import { StraightLineError } from "../../common/errors/index.js";

/** Makes repeated calls with one key give one result. */
export interface Idempotency<T> {
  /**
   * The result of the first call with this key; `make` runs only for that one. A call that failed is forgotten, so that it can be tried
   * again; one that its caller gave up makes room for the next that shared it. Throws IDEMPOTENCY_CONFLICT when the key came with another
   * fingerprint.
   */
  once(key: string, fingerprint: string, make: () => Promise<T>): Promise<T>;
}

interface Kept<T> {
  readonly fingerprint: string;
  readonly result: Promise<T>;
  readonly endMs: number;
}

/** Keeps at most `limit` keys, each for `ttlMs`. */
export function createIdempotency<T>(limit: number, ttlMs: number, now: () => number): Idempotency<T> {
  const kept = new Map<string, Kept<T>>();
  /** Insertion order is order of ending, as all live equally long. */
  const trim = (): void => {
    for (const [key, { endMs }] of kept) {
      if (kept.size <= limit && endMs > now()) return;
      kept.delete(key);
    }
  };
  const forget = (key: string, entry: Kept<T>): void => {
    if (kept.get(key) === entry) kept.delete(key);
  };
  const begin = (key: string, fingerprint: string, make: () => Promise<T>): Promise<T> => {
    const entry: Kept<T> = { fingerprint, result: make(), endMs: now() + ttlMs };
    kept.set(key, entry);
    entry.result.catch(() => forget(key, entry));
    return entry.result;
  };
  return {
    async once(key, fingerprint, make) {
      // Each round waits for the call of another caller, so there are no more rounds than callers.
      for (;;) {
        trim();
        const known = kept.get(key);
        if (known === undefined) return begin(key, fingerprint, make);
        if (known.fingerprint !== fingerprint) throw conflict();
        try {
          return await known.result;
        } catch (error) {
          if (!isGivenUp(error)) throw error;
          forget(key, known);
        }
      }
    },
  };
}

/** The caller went away or had no more time: that says nothing to another caller. */
function isGivenUp(error: unknown): boolean {
  return error instanceof StraightLineError && (error.code === "CANCELLED" || error.code === "DEADLINE_EXCEEDED");
}

function conflict(): StraightLineError {
  return new StraightLineError(
    "IDEMPOTENCY_CONFLICT",
    "idempotency_key: was used for another request; use a new key for each request",
  );
}
