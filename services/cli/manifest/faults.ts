import type { Document, LineCounter } from "yaml";
import { isMap, isScalar } from "yaml";

/** A fault of a manifest: where (keys and list places from the root), and what. */
export interface ManifestFault {
  readonly path: readonly (string | number)[];
  readonly message: string;
  /** The key itself is at fault, not its value. */
  readonly atKey?: boolean;
}

/** `line:column: path: message`, where the fault stands in the text. */
export function describeFault(fault: ManifestFault, document: Document, lines: LineCounter): string {
  const { line, col } = lines.linePos(offsetOf(fault, document));
  const path = fault.path.map((step, at) => (typeof step === "number" ? `[${step}]` : `${at === 0 ? "" : "."}${step}`)).join("");
  return `${line}:${col}: ${path === "" ? "" : `${path}: `}${fault.message}`;
}

/** Of a path that does not exist, the nearest part that does. */
function offsetOf({ path, atKey }: ManifestFault, document: Document): number {
  for (let length = path.length; length > 0; length--) {
    const parent = document.getIn(path.slice(0, length - 1), true);
    const key = path[length - 1];
    const pair = isMap(parent) ? parent.items.find((item) => isScalar(item.key) && item.key.value === key) : undefined;
    const keyOffset = rangeStart(pair?.key);
    if (atKey === true && length === path.length && keyOffset !== undefined) return keyOffset;
    const offset = rangeStart(document.getIn(path.slice(0, length), true)) ?? keyOffset;
    if (offset !== undefined) return offset;
  }
  return rangeStart(document.contents) ?? 0;
}

function rangeStart(node: unknown): number | undefined {
  if (typeof node !== "object" || node === null || !("range" in node) || !Array.isArray(node.range)) return undefined;
  return node.range[0];
}
