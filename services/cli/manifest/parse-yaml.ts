import { readFile } from "node:fs/promises";
import { LineCounter, parseDocument } from "yaml";
import { StraightLineError, systemCode } from "../../common/errors/index.js";
import { describeFault, type ManifestFault } from "./faults.js";

/** A manifest is a page or two; anything beyond this is something else. */
const MAX_MANIFEST_BYTES = 1024 ** 2;

/** The text of a manifest; rejects with INVALID_REQUEST when there is none. */
export async function readManifestText(file: string): Promise<string> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    const why = systemCode(error) === "ENOENT" ? "there is no such file" : `it cannot be read (${systemCode(error)})`;
    throw new StraightLineError("INVALID_REQUEST", `${file}: ${why}`, { cause: error });
  });
  if (text.length > MAX_MANIFEST_BYTES) throw invalid(file, ["1:1: is larger than 1 MiB; it is no manifest"]);
  return text;
}

/** The value of a YAML text in which `check` finds no fault; throws INVALID_REQUEST that lists every fault with its line. */
export function parseYaml(text: string, file: string, check: (value: unknown) => readonly ManifestFault[]): unknown {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    throw invalid(
      file,
      document.errors.map(({ pos, message }) => `${lines.linePos(pos[0]).line}:${lines.linePos(pos[0]).col}: ${message}`),
    );
  }
  const value: unknown = document.toJS();
  const faults = check(value);
  if (faults.length === 0) return value;
  throw invalid(
    file,
    faults.map((fault) => describeFault(fault, document, lines)),
  );
}

function invalid(file: string, faults: readonly string[]): StraightLineError {
  const sorted = [...faults].sort((a, b) => lineOf(a) - lineOf(b));
  return new StraightLineError("INVALID_REQUEST", sorted.map((fault) => `${file}:${fault}`).join("\n"));
}

function lineOf(fault: string): number {
  return Number.parseInt(fault, 10);
}
