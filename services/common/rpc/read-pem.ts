import { readFileSync } from "node:fs";
import { StraightLineError, systemCode } from "../errors/index.js";

/** Reads a file that the configuration names; throws CONFIG_INVALID with its name. */
export function readPem(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new StraightLineError("CONFIG_INVALID", `${file}: cannot be read (${systemCode(error) ?? "unknown fault"})`, {
      cause: error,
    });
  }
}
