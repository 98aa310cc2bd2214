import { StraightLineError, systemCode } from "../../../services/common/errors/index.js";

/** The option that names where an agent keeps its state, instances and stages. */
export const STATE_DIRECTORY = "--state-directory";

const FULL = new Set(["ENOSPC", "EDQUOT"]);

/** Where a full disk is among the causes of an error: START_FAILED that says where, and what to do; `option` names another place. Else undefined. */
export function diskFull(error: unknown, directory: string, option: string): StraightLineError | undefined {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if (FULL.has(systemCode(cause) ?? "")) {
      return new StraightLineError("START_FAILED", describeFullDisk(directory, option), { cause: error });
    }
  }
  return undefined;
}

/** The error as it is, or what `diskFull` makes of it. */
export function tellDiskFull(error: unknown, directory: string, option: string): unknown {
  return diskFull(error, directory, option) ?? error;
}

/** That no space is left in a directory, and what to do. */
export function describeFullDisk(directory: string, option: string): string {
  return `no space left in ${directory}: free space on its disk, or give the agent another ${option}`;
}
