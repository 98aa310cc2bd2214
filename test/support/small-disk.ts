import { execFileSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { systemCode } from "../../services/common/errors/index.js";
import { inCi } from "./in-ci.js";

/** A file system of its own, which can really be full. */
export interface SmallDisk extends AsyncDisposable {
  readonly path: string;
  /** Takes what is left. */
  fill(): void;
  /** Gives it back. */
  free(): void;
}

/** Mounts one on `path`, of e.g. `64k`; undefined, said aloud, where this machine does not give the privilege; in CI that is a failure. */
export function mountSmallDisk(path: string, size: string): SmallDisk | undefined {
  mkdirSync(path, { recursive: true });
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "tmpfs", path], { stdio: "ignore" });
  } catch (error) {
    if (inCi()) throw error;
    console.error("\n*** SKIPPED: no small file system can be mounted here ***\n");
    return undefined;
  }
  const filler = join(path, "filler");
  return {
    path,
    fill: () => writeUntilFull(filler),
    free: () => rmSync(filler, { force: true }),
    async [Symbol.asyncDispose]() {
      execFileSync("umount", ["-l", path]);
    },
  };
}

const PIECE = Buffer.alloc(4096, 1);

function writeUntilFull(file: string): void {
  const descriptor = openSync(file, "a");
  try {
    while (writeSync(descriptor, PIECE) > 0);
  } catch (error) {
    if (systemCode(error) !== "ENOSPC") throw error;
  } finally {
    closeSync(descriptor);
  }
}
