import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { CommandRunner } from "./command.js";

/** Package managers that are known, in the order in which they are looked for. */
export const PACKAGE_MANAGERS = ["apt-get", "dnf", "apk", "brew"] as const;

/** One of PACKAGE_MANAGERS. */
export type PackageManager = (typeof PACKAGE_MANAGERS)[number];

/** What decides how a program is installed and a service is started. */
export interface Machine {
  readonly packageManager: PackageManager | undefined;
  /** `sudo`: commands can be run as root without a password. */
  readonly rights: "root" | "sudo" | "none";
  /** What runs as process 1, as far as it starts services. */
  readonly init: "systemd" | "openrc" | "none";
  /** apt's lists are missing or older than a day, so that a package they name may be gone. */
  readonly packageListsStale: boolean;
}

const STALE_AFTER_MS = 24 * 3_600_000;
const APT_LISTS = "/var/lib/apt/lists";
const SUDO_TIMEOUT_MS = 5000;

/** Looks at the machine. */
export async function inspectMachine(runner: CommandRunner, now: () => number): Promise<Machine> {
  return {
    packageManager: await findPackageManager(runner),
    rights: await findRights(runner),
    init: await findInit(),
    packageListsStale: now() - (await packageListsTimeMs()) > STALE_AFTER_MS,
  };
}

async function findPackageManager(runner: CommandRunner): Promise<PackageManager | undefined> {
  for (const manager of PACKAGE_MANAGERS) {
    if ((await runner.find(manager)) !== undefined) return manager;
  }
  return undefined;
}

async function findRights(runner: CommandRunner): Promise<Machine["rights"]> {
  if (process.getuid?.() === 0) return "root";
  if ((await runner.find("sudo")) === undefined) return "none";
  const outcome = await runner.run({ argv: ["sudo", "-n", "true"], timeoutMs: SUDO_TIMEOUT_MS });
  return outcome.type === "exited" && outcome.exitCode === 0 ? "sudo" : "none";
}

async function findInit(): Promise<Machine["init"]> {
  if ((await modifiedMs("/run/systemd/system")) > 0) return "systemd";
  const name = await readFile("/proc/1/comm", "utf8").catch(() => "");
  return name.trim() === "init" && (await modifiedMs("/run/openrc/softlevel")) > 0 ? "openrc" : "none";
}

/** When apt last fetched its lists, milliseconds since the Unix epoch; 0: never. Images of containers ship without any. */
async function packageListsTimeMs(): Promise<number> {
  const lists = await readdir(APT_LISTS).catch(() => []);
  if (!lists.some((name) => name.includes("_Packages"))) return 0;
  // apt-get update downloads into this folder and moves the files out, which sets the folder's time; the lists keep the archive's.
  return modifiedMs(join(APT_LISTS, "partial"));
}

async function modifiedMs(path: string): Promise<number> {
  return stat(path).then(
    (found) => found.mtimeMs,
    () => 0,
  );
}
