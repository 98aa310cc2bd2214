import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Installing may have to fetch and unpack large wheels. */
const INSTALL_TIMEOUT_MS = 300_000;

/** Written last, so that an interrupted installation is known by its absence. */
const MARKER = "installed";

/**
 * The Python of a virtual environment with exactly these packages, made on first use and kept in the user's cache. Rejects when there is no python3 with
 * venv, or the packages cannot be had.
 */
export async function pythonWith(
  packages: readonly string[],
  cache = join(homedir(), ".cache", "straightline"),
): Promise<string> {
  const key = createHash("sha256").update(packages.join("\n")).digest("hex").slice(0, 16);
  const folder = join(cache, `venv-${key}`);
  const python = join(folder, "bin", "python");
  if (existsSync(join(folder, MARKER))) return python;
  await mkdir(cache, { recursive: true });
  await rm(folder, { recursive: true, force: true });
  await run("python3", ["-m", "venv", folder], { timeout: INSTALL_TIMEOUT_MS });
  await run(python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...packages], {
    timeout: INSTALL_TIMEOUT_MS,
  });
  await writeFile(join(folder, `${MARKER}.new`), "");
  await rename(join(folder, `${MARKER}.new`), join(folder, MARKER));
  return python;
}
