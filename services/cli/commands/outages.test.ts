import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type ErrorCode, StraightLineError } from "../../common/errors/index.js";
import { createOutages, troubleOf } from "./outages.js";

const AWAY = "no placement service answers";

/** Lines told by looks, one a second. */
function told(looks: readonly (string | undefined)[]): string[] {
  const lines: string[] = [];
  const outages = createOutages((line) => lines.push(line));
  for (const [second, trouble] of looks.entries()) outages.seen(trouble, second * 1000, second * 1000);
  return lines;
}

describe("an outage", () => {
  it("is told after a few seconds, once, and so is its end", () => {
    assert.deepEqual(told([undefined, AWAY, AWAY, AWAY]), []);
    assert.deepEqual(told([undefined, AWAY, AWAY, AWAY, AWAY, AWAY, AWAY]), [AWAY]);
    assert.deepEqual(told([AWAY, AWAY, AWAY, AWAY, undefined, undefined]), [AWAY, "the placement service answers again"]);
  });

  it("that is over sooner is not told", () => {
    assert.deepEqual(told([AWAY, AWAY, undefined, AWAY, AWAY, undefined]), []);
  });

  for (const [code, isOne] of [
    ["PLACEMENT_UNAVAILABLE", true],
    ["DEADLINE_EXCEEDED", true],
    ["UNAUTHENTICATED", false],
    ["UNSUPPORTED", false],
    ["INTERNAL", false],
  ] satisfies [ErrorCode, boolean][]) {
    it(`is ${isOne ? "told" : "not told"} of ${code}`, async () => {
      const call = () => Promise.reject(new StraightLineError(code, "why"));
      assert.equal(await troubleOf({ health: () => {}, call }), isOne ? "why" : undefined);
    });
  }
});
