import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, it } from "node:test";
import { ATTRIBUTE, EVENT, SPAN } from "./names.js";

const DOCUMENT = readFileSync(resolve("docs/observe.md"), "utf8");
const TRACES = DOCUMENT.slice(DOCUMENT.indexOf("## Traces"), DOCUMENT.indexOf("## Metrics"));
const NAME = /[a-z_]+(?:\.[a-z_]+)+/g;

function namesIn(text: string): Set<string> {
  return new Set(text.match(NAME));
}

function unknown(told: Set<string>, names: Readonly<Record<string, string>>): string[] {
  const known = new Set(Object.values(names));
  return [...told].filter((name) => !known.has(name));
}

describe("docs/observe.md", () => {
  for (const [what, names] of Object.entries({ span: SPAN, attribute: ATTRIBUTE, event: EVENT })) {
    it(`tells of every ${what}`, () => {
      const told = namesIn(TRACES);
      assert.deepEqual(
        Object.values(names).filter((name) => !told.has(name)),
        [],
      );
    });
  }

  it("tells of no attribute and no span that is not there", () => {
    const rows = TRACES.split("\n").filter((line) => line.startsWith("| `"));
    assert.ok(rows.length > 20, `${rows.length} rows`);
    const cells = rows.map((row) => row.split("|"));
    const attributes = namesIn(cells.map(([, attribute]) => attribute).join());
    const spans = namesIn(cells.flatMap((row) => (row.length > 4 ? row[2] : [])).join());
    assert.deepEqual(unknown(attributes, ATTRIBUTE), []);
    assert.deepEqual(unknown(spans, SPAN), []);
  });
});
