import assert from "node:assert/strict";
import { test } from "node:test";
import { formatTable, printable } from "./output.js";

test("what others have written moves no terminal", () => {
  assert.equal(printable("a\u001b[31mb\u009bc\n\td"), "a\\x1b[31mb\\x9bc\n\td");
  assert.equal(formatTable(["A", "B"], [["x\ny", "\u0007"]]), "A    B\nx y  \\x07");
});
