import { readFile } from "node:fs/promises";
import { type Document, LineCounter, parseDocument } from "yaml";
import { StraightLineError, systemCode } from "../../common/errors/index.js";
import { describeFault, type ManifestFault } from "./faults.js";

/** A manifest is a page or two; anything beyond this is something else. */
const MAX_MANIFEST_BYTES = 1024 ** 2;

/** Control characters beside tab and the ends of lines, and what stands for bytes that are no UTF-8. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const NO_TEXT = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffd]/;

/** What the YAML library says in words for programmers. */
const OWN_WORDS: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: "this key stands twice in its map; keep one",
  MULTIPLE_DOCS: "a second document begins here; a manifest is one document, so give each its own file",
};

/** The text of a manifest; rejects with INVALID_REQUEST when there is none. */
export async function readManifestText(file: string): Promise<string> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    const why = systemCode(error) === "ENOENT" ? "there is no such file" : `it cannot be read (${systemCode(error)})`;
    throw new StraightLineError("INVALID_REQUEST", `${file}: ${why}`, { cause: error });
  });
  if (text.length > MAX_MANIFEST_BYTES) throw invalid(file, ["1:1: is larger than 1 MiB; it is no manifest"]);
  // What is no text is not parsed: messages about it would bring its bytes to the terminal.
  const lines = text.split("\n");
  const binary = lines.findIndex((line) => NO_TEXT.test(line));
  if (binary < 0) return text;
  const column = (lines[binary] as string).search(NO_TEXT) + 1;
  throw invalid(file, [`${binary + 1}:${column}: is no text in UTF-8; a manifest is YAML`]);
}

/** The value of a YAML text in which `check` finds no fault; rejects with INVALID_REQUEST that lists every fault with its line. */
export async function parseYaml(
  text: string,
  file: string,
  check: (value: unknown) => Promise<readonly ManifestFault[]>,
): Promise<unknown> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const broken = document.errors.map(({ pos, code, message }) => {
    const { line, col } = lines.linePos(pos[0]);
    return `${line}:${col}: ${OWN_WORDS[code] ?? message}`;
  });
  // A key that stands twice leaves the rest to be checked; after any other error of YAML it is guesswork.
  if (document.errors.some(({ code }) => code !== "DUPLICATE_KEY")) throw invalid(file, broken);
  const value = contentsOf(document, file);
  const faults = [...broken, ...(await check(value)).map((fault) => describeFault(fault, document, lines))];
  if (faults.length > 0) throw invalid(file, faults);
  return value;
}

/** An alias may stand for nothing, or for too much. */
function contentsOf(document: Document, file: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    throw invalid(file, [`1:1: ${error instanceof Error ? error.message : String(error)}`]);
  }
}

/** Each fault once, in the order of the text. */
function invalid(file: string, faults: readonly string[]): StraightLineError {
  const sorted = [...new Set(faults)].sort((a, b) => placeOf(a) - placeOf(b));
  return new StraightLineError("INVALID_REQUEST", sorted.map((fault) => `${file}:${fault}`).join("\n"));
}

/** A number that is greater for what stands later. */
function placeOf(fault: string): number {
  const [line, column] = fault.split(":", 2).map(Number) as [number, number];
  return line * MAX_MANIFEST_BYTES + column;
}
