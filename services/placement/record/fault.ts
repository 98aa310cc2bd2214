import { StraightLineError } from "../../common/errors/index.js";

/** RECORDING_INVALID, naming the file and the line. */
export function recordingFault(file: string, line: number, fault: string, cause?: unknown): StraightLineError {
  return new StraightLineError("RECORDING_INVALID", `${file}:${line}: ${fault}`, { cause });
}
