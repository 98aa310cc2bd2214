/** A bounded cache: the entry unused for longest is given up first. */
export interface Lru<T> {
  /** The value of the key, created if it is not there. */
  get(key: string): T;
  /** All values, and the cache is empty. */
  clear(): T[];
}

/** Creates a cache of at most `limit` entries; `dispose` ends a value that was given up. */
export function createLru<T>(limit: number, create: (key: string) => T, dispose: (value: T) => void): Lru<T> {
  const entries = new Map<string, T>();
  const evict = (): void => {
    const oldest = entries.entries().next().value;
    if (oldest === undefined) return;
    entries.delete(oldest[0]);
    dispose(oldest[1]);
  };
  return {
    get(key) {
      const value = entries.get(key) ?? create(key);
      // A Map keeps the order of insertion, so inserting anew makes the entry the youngest.
      entries.delete(key);
      entries.set(key, value);
      if (entries.size > limit) evict();
      return value;
    },
    clear() {
      const values = [...entries.values()];
      entries.clear();
      return values;
    },
  };
}
