import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { loadUpConfig } from "./config.js";

describe("the configuration of up", () => {
  for (const [args, noInstall] of [
    [[], false],
    [["--no-install"], true],
    [["--demo", "--no-install", "--placement-port", "7071"], true],
    [["--no-install=false"], false],
  ] as const) {
    it(`installs ${noInstall ? "nothing" : "what is missing, once asked,"} by ${JSON.stringify(args)}`, () => {
      assert.equal(loadUpConfig(args, {}).noInstall, noInstall);
    });
  }

  it("takes it from the environment too", () => {
    assert.equal(loadUpConfig([], { STRAIGHTLINE_UP_NO_INSTALL: "true" }).noInstall, true);
  });
});
