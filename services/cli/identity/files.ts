import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { StraightLineError, systemCode } from "../../common/errors/index.js";

/** Writes a file that only its owner may read; refuses to replace one. Throws CONFIG_INVALID with its name. */
export function writePrivate(file: string, text: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, text, { mode: 0o600, flag: "wx" });
  } catch (error) {
    const why =
      systemCode(error) === "EEXIST"
        ? "is there already; remove it first if it is to be replaced"
        : `cannot be written (${systemCode(error)})`;
    throw new StraightLineError("CONFIG_INVALID", `${file}: ${why}`, { cause: error });
  }
}

/** Reads a file that the user has named; throws CONFIG_INVALID with its name. */
export function readNamed(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new StraightLineError("CONFIG_INVALID", `${file}: cannot be read (${systemCode(error) ?? "unknown fault"})`, {
      cause: error,
    });
  }
}
