import { StraightLineError, systemCode } from "../../../services/common/errors/index.js";

const FULL = new Set(["ENOSPC", "EDQUOT"]);

/** The error as it is, or, where a full disk is among its causes, START_FAILED that says so and where; `option` names another place. */
export function tellDiskFull(error: unknown, directory: string, option: string): unknown {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if (!FULL.has(systemCode(cause) ?? "")) continue;
    return new StraightLineError(
      "START_FAILED",
      `the disk under ${directory} is full: free space, or give the agent another ${option}`,
      {
        cause: error,
      },
    );
  }
  return error;
}
