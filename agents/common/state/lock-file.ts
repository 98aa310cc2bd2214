import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { StraightLineError, systemCode } from "../../../services/common/errors/index.js";
import { STATE_DIRECTORY, tellDiskFull } from "../disk/index.js";
import { processIdentity } from "../process/index.js";

/** A claim on a directory. */
export interface DirectoryLock {
  release(): void;
}

/** A lock left by a dead process is removed; another process may take the place in between, so it is tried again. */
const TRIES = 3;

/** Claims `directory` for this process; throws START_FAILED when a living process has it, or its disk is full. A dead one's claim does not count. */
export function lockDirectory(directory: string): DirectoryLock {
  try {
    return claim(directory);
  } catch (error) {
    throw tellDiskFull(error, directory, STATE_DIRECTORY);
  }
}

function claim(directory: string): DirectoryLock {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const lock = join(directory, "agent.lock");
  const mine = join(directory, `agent.lock.${process.pid}`);
  try {
    writeFileSync(mine, JSON.stringify({ pid: process.pid, identity: processIdentity(process.pid) }));
    for (let tries = 0; tries < TRIES; tries++) {
      if (link(mine, lock)) return { release: () => rmSync(lock, { force: true }) };
      const holder = livingHolder(lock);
      if (holder !== undefined) throw taken(directory, holder);
      rmSync(lock, { force: true });
    }
    throw taken(directory, undefined);
  } finally {
    rmSync(mine, { force: true });
  }
}

/** A link is made whole or not at all, so that the lock is never seen empty. */
function link(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (systemCode(error) === "EEXIST") return false;
    throw new StraightLineError("START_FAILED", `${to}: cannot be made (${systemCode(error) ?? "unknown fault"})`, {
      cause: error,
    });
  }
}

function livingHolder(lock: string): number | undefined {
  try {
    const { pid, identity } = JSON.parse(readFileSync(lock, "utf8")) as { pid: number; identity: string };
    return processIdentity(pid) === identity ? pid : undefined;
  } catch {
    // Gone meanwhile, or not ours to read as JSON: nobody living holds it.
    return undefined;
  }
}

function taken(directory: string, pid: number | undefined): StraightLineError {
  const who = pid === undefined ? "another agent" : `another agent (process ${pid})`;
  return new StraightLineError(
    "START_FAILED",
    `state directory ${directory} is used by ${who}; stop that agent or choose --state-directory`,
  );
}
