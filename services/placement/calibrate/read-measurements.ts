import { open } from "node:fs/promises";
import { StraightLineError, systemCode } from "../../common/errors/index.js";
import type { Measurement, ThresholdPair } from "../learning/index.js";
import { readRecorded } from "./recorded.js";
import { readTable } from "./table.js";

/** What a file tells. */
export interface Measured {
  readonly measurements: readonly Measurement[];
  /** Of the last recorded decision; undefined: the file does not tell. */
  readonly present: ThresholdPair | undefined;
}

const HEADER_BYTES = 64;

/** Reads a recording, CSV or JSON lines, whichever it is. Throws RECORDING_INVALID, naming the line. */
export async function readMeasurements(file: string): Promise<Measured> {
  return (await beginningOf(file)).startsWith('{"type":"recording"') ? readRecorded(file) : readTable(file);
}

async function beginningOf(file: string): Promise<string> {
  try {
    await using handle = await open(file);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEADER_BYTES), 0, HEADER_BYTES, 0);
    return buffer.toString("utf8", 0, bytesRead);
  } catch (cause) {
    throw new StraightLineError("RECORDING_INVALID", `${file}: cannot be read (${systemCode(cause) ?? "unknown"})`, { cause });
  }
}
