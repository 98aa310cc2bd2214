import { execFile } from "node:child_process";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const execute = promisify(execFile);
const SCRIPT = fileURLToPath(new URL("../../../test/install/debian-root.sh", import.meta.url));

/** A Debian as a folder, made once and kept between runs; beside it `<folder>.key`, for ssh as root. */
export async function debianRoot(): Promise<string> {
  const cache = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "straightline-ci");
  const { stdout } = await execute(SCRIPT, [cache]);
  return stdout.trim();
}
