import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { StraightLineError, systemCode } from "../../common/errors/index.js";

/** Dependencies that only install scripts use. */
const INSTALL_ONLY = new Set(["adm-zip", "global-agent"]);

/** Folders that hold sources, headers and scripts for building a package, not for running it. */
const BUILD_FOLDERS = new Set(["src", "script", "install", "include", "node_modules"]);

/** Type declarations, TypeScript sources and source maps: never loaded. */
const BUILD_FILES = /\.(?:[cm]?ts|map)$/;

/** Native builds lie in folders bin/<napi>/<platform>/<arch>. */
const NATIVE_BUILD = /(?:^|\/)bin\/[^/]+\/([^/]+)\/([^/]+)\//;

/** A machine, as Node names it. */
export interface Target {
  readonly platform: string;
  readonly arch: string;
}

/**
 * Files, relative to `root`, that the named packages and their production dependencies need to run on a machine. Optional dependencies
 * count as far as they are installed. Throws COMPONENT_MISSING when a package is not installed.
 */
export function productionFiles(root: string, names: readonly string[], target: Target): string[] {
  const folders = new Set<string>();
  for (const name of names) collectPackage(root, root, name, folders);
  return [...folders].flatMap((folder) => runtimeFiles(folder, target)).map((file) => relative(root, file).split(sep).join("/"));
}

function collectPackage(root: string, from: string, name: string, found: Set<string>): void {
  const folder = findPackage(root, from, name);
  if (folder === undefined) throw new StraightLineError("COMPONENT_MISSING", `the package ${name} is not installed; run npm ci`);
  if (found.has(folder)) return;
  found.add(folder);
  const { dependencies = {}, optionalDependencies = {} } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  for (const dependency of Object.keys(dependencies)) {
    if (!INSTALL_ONLY.has(dependency)) collectPackage(root, folder, dependency, found);
  }
  for (const dependency of Object.keys(optionalDependencies)) {
    if (findPackage(root, folder, dependency) !== undefined) collectPackage(root, folder, dependency, found);
  }
}

/** Looks for a package as Node does, from a folder upwards to the root. */
function findPackage(root: string, from: string, name: string): string | undefined {
  const folder = join(from, "node_modules", name);
  if (entriesOf(folder).length > 0) return folder;
  return from === root ? undefined : findPackage(root, dirname(from), name);
}

function runtimeFiles(packageFolder: string, target: Target): string[] {
  const walk = (folder: string): string[] =>
    entriesOf(folder).flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return BUILD_FOLDERS.has(entry.name) ? [] : walk(path);
      return BUILD_FILES.test(entry.name) || !fits(relative(packageFolder, path), target) ? [] : [path];
    });
  return walk(packageFolder);
}

function fits(file: string, { platform, arch }: Target): boolean {
  const native = NATIVE_BUILD.exec(file.split(sep).join("/"));
  return native === null || (native[1] === platform && native[2] === arch);
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (systemCode(error) === "ENOENT") return [];
    throw error;
  }
}
