/** What is left of a value without its faults: each part that is there has the type that it should have, and any may be missing. */
export type Sound<T> = T extends readonly (infer E)[]
  ? readonly (Sound<E> | undefined)[]
  : T extends object
    ? { readonly [K in keyof T]?: Sound<T[K]> | undefined }
    : T;

/** The value without what lies at `paths`; entries of a list keep their places. Undefined where the whole is at fault. */
export function soundPart<T>(value: unknown, paths: readonly (readonly (string | number)[])[]): Sound<T> | undefined {
  if (paths.some((path) => path.length === 0)) return undefined;
  const left: unknown = structuredClone(value);
  for (const path of paths) cut(left, path);
  return left as Sound<T>;
}

function cut(root: unknown, path: readonly (string | number)[]): void {
  const parent = path.slice(0, -1).reduce<unknown>((node, step) => (isParent(node) ? node[step] : undefined), root);
  const last = path.at(-1);
  if (isParent(parent) && last !== undefined) parent[last] = undefined;
}

function isParent(value: unknown): value is Record<string | number, unknown> {
  return typeof value === "object" && value !== null;
}
