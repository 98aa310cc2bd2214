import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { formatBytes, formatRate, plural } from "./format.js";

describe("formatBytes", () => {
  const cases: [number, string][] = [
    [0, "0 B"],
    [1023, "1023 B"],
    [1024, "1 KiB"],
    [8397, "8.2 KiB"],
    [131_072, "128 KiB"],
    [6_291_456, "6 MiB"],
    [1024 ** 5, "1024 TiB"],
  ];
  for (const [bytes, text] of cases) it(`writes ${bytes} as ${text}`, () => assert.equal(formatBytes(bytes), text));
});

describe("formatRate", () => {
  it("gives two decimal places", () => assert.equal(formatRate(12.4), "12.40/s"));
});

describe("plural", () => {
  it("adds an s to all but one", () => assert.deepEqual([plural(0, "slot"), plural(1, "slot")], ["0 slots", "1 slot"]));
});
