import { readFile } from "node:fs/promises";
import { LineCounter, parseDocument } from "yaml";
import { StraightLineError, systemCode } from "../../common/errors/index.js";
import { crossFaults } from "./cross-check.js";
import { describeFault, type ManifestFault } from "./faults.js";
import { schemaFaults } from "./schema.js";
import type { Manifest } from "./types.js";

/** A manifest is a page or two; anything beyond this is something else. */
const MAX_MANIFEST_BYTES = 1024 ** 2;

/** Reads a manifest; rejects with INVALID_REQUEST that lists every fault with its line. */
export async function readManifestFile(file: string): Promise<Manifest> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    const why = systemCode(error) === "ENOENT" ? "there is no such file" : `it cannot be read (${systemCode(error)})`;
    throw new StraightLineError("INVALID_REQUEST", `${file}: ${why}`, { cause: error });
  });
  if (text.length > MAX_MANIFEST_BYTES) throw invalid(file, ["1:1: is larger than 1 MiB; it is no manifest"]);
  return parseManifestText(text, file);
}

/** The same of a text; `file` is its name in messages. */
export function parseManifestText(text: string, file: string): Manifest {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    throw invalid(
      file,
      document.errors.map(({ pos, message }) => `${lines.linePos(pos[0]).line}:${lines.linePos(pos[0]).col}: ${message}`),
    );
  }
  const value: unknown = document.toJS();
  const found = schemaFaults(value);
  const faults = found.length > 0 ? found : crossFaults(value as Manifest);
  if (faults.length === 0) return value as Manifest;
  throw invalid(
    file,
    faults.map((fault: ManifestFault) => describeFault(fault, document, lines)),
  );
}

function invalid(file: string, faults: readonly string[]): StraightLineError {
  const sorted = [...faults].sort((a, b) => lineOf(a) - lineOf(b));
  return new StraightLineError("INVALID_REQUEST", sorted.map((fault) => `${file}:${fault}`).join("\n"));
}

function lineOf(fault: string): number {
  return Number.parseInt(fault, 10);
}
