import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createTail } from "./tail.js";

describe("createTail", () => {
  it("keeps the last twenty lines, without blank ones", () => {
    const tail = createTail();
    for (let line = 1; line <= 30; line++) tail.push(`line ${line}\n\n`);
    assert.deepEqual(tail.text().split("\n").slice(0, 1), ["line 11"]);
    assert.equal(tail.text().split("\n").length, 20);
  });
  it("joins a line that comes in pieces, and shows one that is not ended", () => {
    const tail = createTail();
    tail.push("one tw");
    tail.push("o\nthree");
    assert.equal(tail.text(), "one two\nthree");
  });
  it("bounds a line without end", () => {
    const tail = createTail();
    for (let chunk = 0; chunk < 100; chunk++) tail.push("x".repeat(1000));
    assert.equal(tail.text().length, 400);
  });
});
