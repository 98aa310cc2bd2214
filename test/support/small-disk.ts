import { execFileSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { systemCode } from "../../services/common/errors/index.js";
import { inCi } from "./in-ci.js";

/** A file system of its own, which can really be full. */
export interface SmallDisk extends AsyncDisposable {
  readonly path: string;
  /** Takes what is left, but for `leaveBytes`. */
  fill(leaveBytes?: number): void;
  /** Gives it back. */
  free(): void;
}

/** Mounts one on `path`, of e.g. `64k`; undefined where this machine does not give the privilege. */
export function mountSmallDisk(path: string, size: string): SmallDisk | undefined {
  mkdirSync(path, { recursive: true });
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "tmpfs", path], { stdio: "ignore" });
  } catch {
    if (inCi()) console.error("\n*** SKIPPED: no small file system can be mounted here ***\n");
    return undefined;
  }
  const filler = join(path, "filler");
  return {
    path,
    fill(leaveBytes = 0) {
      const spare = leaveBytes > 0 ? join(path, "spare") : undefined;
      if (spare !== undefined) writeAll(spare, leaveBytes);
      writeAll(filler, Number.POSITIVE_INFINITY);
      if (spare !== undefined) rmSync(spare);
    },
    free: () => rmSync(filler, { force: true }),
    async [Symbol.asyncDispose]() {
      execFileSync("umount", ["-l", path]);
    },
  };
}

const PIECE = Buffer.alloc(4096, 1);

function writeAll(file: string, bytes: number): void {
  const descriptor = openSync(file, "a");
  try {
    for (let written = 0; written < bytes; ) written += writeSync(descriptor, PIECE);
  } catch (error) {
    if (systemCode(error) !== "ENOSPC") throw error;
  } finally {
    closeSync(descriptor);
  }
}
