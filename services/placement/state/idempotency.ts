import { StraightLineError } from "../../common/errors/index.js";

/** Makes repeated calls with one key give one result. */
export interface Idempotency<T> {
  /**
   * The result of the first call with this key; `make` runs only for that one. A call that failed is forgotten, so that it can be tried
   * again. Throws IDEMPOTENCY_CONFLICT when the key came with another fingerprint.
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
  return {
    async once(key, fingerprint, make) {
      trim();
      const known = kept.get(key);
      if (known !== undefined && known.fingerprint !== fingerprint) {
        throw new StraightLineError(
          "IDEMPOTENCY_CONFLICT",
          "idempotency_key: was used for another request; use a new key for each request",
        );
      }
      if (known !== undefined) return known.result;
      const entry: Kept<T> = { fingerprint, result: make(), endMs: now() + ttlMs };
      kept.set(key, entry);
      entry.result.catch(() => {
        if (kept.get(key) === entry) kept.delete(key);
      });
      return entry.result;
    },
  };
}
