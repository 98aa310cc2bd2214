import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { StraightLineError } from "../../common/errors/index.js";
import { parseRequestOptions } from "./request-options.js";

const parse = (headers: Record<string, string>) => parseRequestOptions((name) => headers[name]);

describe("parseRequestOptions", () => {
  it("asks for nothing when no header is there", () => {
    assert.deepEqual(parse({}), { policy: "", frequencyHint: undefined, kinds: [], deadlineMs: undefined });
  });

  it("reads every header", () => {
    const options = parse({
      "straightline-policy": "vm-only",
      "straightline-frequency-hint": "0.5",
      "straightline-kinds": "vm,container",
      "straightline-deadline-ms": "250",
    });
    assert.deepEqual(options, { policy: "vm-only", frequencyHint: 0.5, kinds: ["vm", "container"], deadlineMs: 250 });
  });

  for (const [name, value] of [
    ["straightline-deadline-ms", "0"],
    ["straightline-deadline-ms", "-1"],
    ["straightline-deadline-ms", "1e12"],
    ["straightline-deadline-ms", "Infinity"],
    ["straightline-frequency-hint", "-0.1"],
    ["straightline-frequency-hint", "NaN"],
    ["straightline-frequency-hint", "0x10"],
    ["straightline-kinds", "vm,,container"],
    ["straightline-kinds", "VM"],
    ["straightline-policy", "a b"],
  ] as const) {
    it(`refuses ${name}: ${value}, naming both`, () => {
      assert.throws(
        () => parse({ [name]: value }),
        (error) =>
          error instanceof StraightLineError &&
          error.code === "INVALID_REQUEST" &&
          error.message.startsWith(name) &&
          error.message.includes(value),
      );
    });
  }

  it("names every wrong header at once", () => {
    assert.throws(
      () => parse({ "straightline-kinds": "x", "straightline-deadline-ms": "y" }),
      /straightline-kinds.*straightline-deadline-ms/,
    );
  });
});
