import { execFile } from "node:child_process";
import { promisify } from "node:util";

const execute = promisify(execFile);
const LDD_TIMEOUT_MS = 10_000;

/**
 * The shared libraries that an ELF file needs, by the absolute paths at which the dynamic loader finds them here; empty for a file that is
 * linked statically.
 */
export async function libraryClosure(file: string): Promise<string[]> {
  try {
    const { stdout } = await execute("ldd", [file], { timeout: LDD_TIMEOUT_MS, env: { LC_ALL: "C", PATH: "/usr/bin:/bin" } });
    return parseLdd(stdout);
  } catch (error) {
    // ldd ends with 1 for a file that has no dynamic section, and for one of another architecture, which is not for this engine.
    if (isExitOne(error)) return [];
    throw error;
  }
}

/**
 * Reads what glibc's and musl's ldd print: `name => path (address)`, and `path (address)` for the loader. A library that is `not found` is
 * left out, since some are optional; the kernel's vdso has no path and is no file.
 */
export function parseLdd(output: string): string[] {
  return output.split("\n").flatMap((line) => {
    const path = /^\s*(?:\S+ => )?(\/\S+)(?: \(0x[0-9a-f]+\))?\s*$/.exec(line)?.[1];
    return path === undefined ? [] : [path];
  });
}

function isExitOne(error: unknown): boolean {
  return typeof error === "object" && error !== null && "code" in error && error.code === 1;
}
