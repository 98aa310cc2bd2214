import assert from "node:assert/strict";
import { test } from "node:test";
import type { PlacementApi } from "../client.js";
import { createContext, show } from "./context.js";

function shown(json: boolean): string {
  const written: string[] = [];
  const context = createContext({} as PlacementApi, json, (text) => written.push(text));
  show(context, { message: "a\u001b[2J\nb\u009bc" }, ({ message }) => message);
  return written.join("|");
}

test("text moves no terminal, and JSON is JSON all the same", () => {
  assert.equal(shown(false), "a\\x1b[2J\nb\\x9bc");
  assert.deepEqual(JSON.parse(shown(true)), { message: "a\u001b[2J\nb\u009bc" });
});
