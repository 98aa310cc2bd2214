import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { ERROR_CATALOGUE } from "./catalogue.js";
import { causeChain, invalidRequest, StraightLineError } from "./error.js";

test("docs/errors.md lists every code with its status, and no other", () => {
  const documented = readFileSync("docs/errors.md", "utf8")
    .split("\n")
    .flatMap((line) => /^\| `(\w+)` \| (\w+) \| (\d+) \| (.+) \|$/.exec(line)?.slice(1).join(" ") ?? []);
  const catalogued = Object.entries(ERROR_CATALOGUE).map(
    ([code, { status, http, meaning }]) => `${code} ${status} ${http} ${meaning}`,
  );
  assert.deepEqual(documented, catalogued);
});

test("an unknown error becomes INTERNAL with a fixed text and keeps its cause for the log", () => {
  const error = StraightLineError.from(new Error("password is hunter2"));
  assert.equal(error.code, "INTERNAL");
  assert.equal(error.message, "internal error");
  assert.deepEqual(causeChain(error), ["internal error", "password is hunter2"]);
});

test("a StraightLineError passes the funnel unchanged", () => {
  const error = new StraightLineError("NO_CAPACITY", "full");
  assert.equal(StraightLineError.from(error), error);
});

test("all violations stand in one message and in the details", () => {
  const violations = [
    { field: "a", description: "must be 1" },
    { field: "b", description: "must be 2" },
  ];
  const error = invalidRequest(violations);
  assert.equal(error.message, "a: must be 1; b: must be 2");
  assert.deepEqual(error.details.violations, violations);
});

test("a cause that points at itself ends the chain", () => {
  const error = new Error("round");
  error.cause = error;
  assert.equal(causeChain(error).length, 10);
});
