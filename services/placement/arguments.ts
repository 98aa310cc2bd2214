import { InvalidArgumentError } from "commander";
import { parseSizeBytes } from "../common/config/index.js";

/** An argument that is a number above 0. */
export function positive(text: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError("must be above 0.");
}

/** An argument that is a size in bytes, for example 128KiB. */
export function size(text: string): number {
  try {
    return parseSizeBytes(text);
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}
