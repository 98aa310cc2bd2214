/** The last `limit` values by key, oldest forgotten first. */
export interface History<T> {
  add(key: string, value: T): void;
  get(key: string): T | undefined;
}

/** A bounded history. */
export function createHistory<T>(limit: number): History<T> {
  const values = new Map<string, T>();
  return {
    add(key, value) {
      values.set(key, value);
      if (values.size <= limit) return;
      const oldest = values.keys().next().value;
      if (oldest !== undefined) values.delete(oldest);
    },
    get: (key) => values.get(key),
  };
}
