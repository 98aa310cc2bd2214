import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { readKernelFile } from "./files.js";

/** Where the kernel shows control groups on all systems that matter here. */
const MOUNT = "/sys/fs/cgroup";

/** The controllers that are used here. */
export type Controller = "cpu" | "cpuacct" | "memory";

/** The control groups of this process. */
export interface OwnCgroup {
  readonly version: 1 | 2;
  /** Directories of a controller from the own group up to the root of the mount; empty when it is not there. */
  chain(controller: Controller): readonly string[];
}

/** Paths of /proc/self/cgroup: the unified one, and those of version 1 by controller. */
export function parseProcCgroup(text: string): {
  readonly unified: string | undefined;
  readonly v1: ReadonlyMap<string, string>;
} {
  let unified: string | undefined;
  const v1 = new Map<string, string>();
  for (const line of text.split("\n")) {
    const match = /^(\d+):([^:]*):(.*)$/.exec(line);
    if (match === null) continue;
    const [, id, controllers, path] = match as unknown as [string, string, string, string];
    if (id === "0" && controllers === "") unified = path;
    for (const controller of controllers.split(",")) if (controller !== "") v1.set(controller, path);
  }
  return { unified, v1 };
}

/** The own control groups; undefined where there are none (not Linux, or nothing mounted). */
export function ownCgroup(): OwnCgroup | undefined {
  const text = readKernelFile("/proc/self/cgroup");
  if (text === undefined) return undefined;
  const { unified, v1 } = parseProcCgroup(text);
  if (unified !== undefined && existsSync(join(MOUNT, "cgroup.controllers"))) {
    const directories = ancestors(MOUNT, unified);
    return { version: 2, chain: () => directories };
  }
  if (!existsSync(join(MOUNT, "memory"))) return undefined;
  return {
    version: 1,
    chain: (controller) => ancestors(join(MOUNT, controller), v1.get(controller) ?? "/"),
  };
}

/**
 * From the group to the root of the mount. Inside a container the path may be the host's, of which nothing is visible but the mount's
 * root: only directories that are there count.
 */
function ancestors(root: string, path: string): string[] {
  const found: string[] = [];
  for (let directory = join(root, path); directory.startsWith(root); directory = dirname(directory)) {
    if (existsSync(directory)) found.push(directory);
  }
  return found;
}
