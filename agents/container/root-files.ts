import { lstat, readdir, readlink, realpath } from "node:fs/promises";
import { join } from "node:path";
import { StraightLineError } from "../../services/common/errors/index.js";
import { libraryClosure } from "./library-closure.js";

/** An entry of an image's file system. Paths are absolute. */
export type RootEntry =
  | { readonly type: "copy"; readonly path: string; readonly source: string }
  | { readonly type: "text"; readonly path: string; readonly text: string }
  | { readonly type: "link"; readonly path: string; readonly target: string };

/** Where the bundle lies in an image. */
export const APP_DIRECTORY = "/app";

/** User and group "nobody" of most distributions: owns no file. */
export const APP_USER = 65_534;

/** A bundle has thousands of files at most; more is a mistake. */
const MAX_FILES = 50_000;

/**
 * Everything that an image without a distribution needs to run a bundle: the runtime, the shared libraries of it and of the bundle's
 * native modules, at the paths at which they lie here, and the bundle itself.
 */
export async function rootEntries(runtime: string, bundleDirectory: string): Promise<RootEntry[]> {
  const bundle = await bundleEntries(bundleDirectory);
  const natives = bundle.flatMap((entry) => (entry.type === "copy" && isNative(entry.path) ? [entry.source] : []));
  const libraries = await libraryPaths([runtime, ...natives], await realpath(bundleDirectory));
  return [
    { type: "text", path: "/etc/passwd", text: `root:x:0:0:root:/:/none\nnobody:x:${APP_USER}:${APP_USER}:nobody:/tmp:/none\n` },
    { type: "text", path: "/etc/group", text: `root:x:0:\nnogroup:x:${APP_USER}:\n` },
    { type: "copy", path: runtime, source: runtime },
    ...(await loaderSettings()),
    ...libraries.map((path) => ({ type: "copy", path, source: path }) as const),
    ...bundle,
  ];
}

async function bundleEntries(directory: string): Promise<RootEntry[]> {
  const names = await readdir(directory, { recursive: true });
  if (names.length > MAX_FILES) {
    throw new StraightLineError("ARTIFACT_INVALID", `the bundle has ${names.length} files; at most ${MAX_FILES} fit an image`);
  }
  const entries = await Promise.all(names.sort().map((name) => bundleEntry(directory, name)));
  return entries.filter((entry) => entry !== undefined);
}

/** Undefined for a folder, which an image makes by itself, and for what is neither file nor link. */
async function bundleEntry(directory: string, name: string): Promise<RootEntry | undefined> {
  const source = join(directory, name);
  const path = join(APP_DIRECTORY, name);
  const found = await lstat(source);
  if (found.isSymbolicLink()) return { type: "link", path, target: await readlink(source) };
  return found.isFile() ? { type: "copy", path, source } : undefined;
}

function isNative(path: string): boolean {
  return /\.node$|\.so(\.\d+)*$/.test(path);
}

/** Libraries inside the bundle are found there again, relative to the module that needs them. */
async function libraryPaths(files: readonly string[], bundleDirectory: string): Promise<string[]> {
  const paths = new Set<string>();
  for (const file of files) {
    for (const path of await libraryClosure(file)) {
      if (!(await realpath(path)).startsWith(`${bundleDirectory}/`)) paths.add(path);
    }
  }
  return [...paths].sort();
}

/** Where the loader of glibc and of musl look for libraries outside their default folders. */
async function loaderSettings(): Promise<RootEntry[]> {
  const names = await readdir("/etc");
  return names
    .filter((name) => name === "ld.so.cache" || /^ld-musl-.*\.path$/.test(name))
    .map((name) => ({ type: "copy", path: `/etc/${name}`, source: `/etc/${name}` }) as const);
}
