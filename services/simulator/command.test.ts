import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { oneServer } from "../../test/support/simulator-builders.js";
import { simulateCommand } from "./command.js";

const folder = mkdtempSync(join(tmpdir(), "simulate-"));
after(() => rmSync(folder, { recursive: true }));
const file = join(folder, "one.yaml");
writeFileSync(file, oneServer().replace("file: none", "file: stamps.csv"));

function simulated(...args: string[]): { readonly out: string; readonly notes: string } {
  const texts = { out: "", notes: "" };
  const output = { out: (text: string) => (texts.out += text), note: (text: string) => (texts.notes += text), clock: () => 0 };
  simulateCommand(output, "")
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
    .parse(args, { from: "user" });
  return texts;
}

describe("straightline simulate", () => {
  it("says which scenario it skips for want of a trace, and fails when none is left", () => {
    assert.throws(() => simulated("--scenario", file, "--policy", "vm-only"), { code: "CONFIG_INVALID" });
  });

  it("prints a table, or a JSON object for each policy with the mean over the seeds", () => {
    writeFileSync(join(folder, "stamps.csv"), "0,0\n10,0\n");
    const args = ["--scenario", file, "--policy", "vm-only,clairvoyant", "--seeds", "1,2"];
    assert.match(simulated(...args).out, /^scenario +policy[^\n]*\none +vm-only +2 +0\.00%[^\n]*\none +clairvoyant/);
    const [first, second] = simulated(...args, "--json")
      .out.split("\n")
      .map((line) => JSON.parse(line));
    assert.deepEqual([first.policy, first.requests, first.meanMs, first.seeds], ["vm-only", 2, 148, [1, 2]]);
    assert.equal(first.runs.length, 2);
    assert.equal(second.policy, "clairvoyant");
  });

  for (const [title, args] of [
    ["an unknown policy", ["--scenario", file, "--policy", "best"]],
    ["a seed that is none", ["--scenario", file, "--policy", "vm-only", "--seeds", "1,x"]],
    ["no scenario", ["--policy", "vm-only"]],
  ] as const) {
    it(`refuses ${title}`, () => assert.throws(() => simulated(...args), { name: "CommanderError" }));
  }
});
