import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { ManifestFault } from "./faults.js";

/** Faults of files and folders that a manifest names, relative to itself, and that are not there. */
export function missingFaults(
  manifestFile: string,
  named: readonly { readonly path: ManifestFault["path"]; readonly name: string | undefined }[],
): ManifestFault[] {
  return named.flatMap(({ path, name }) => {
    const file = resolve(dirname(manifestFile), name ?? "");
    return name === undefined || existsSync(file) ? [] : [{ path, message: `there is no ${file}` }];
  });
}
