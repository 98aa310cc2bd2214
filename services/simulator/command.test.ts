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

  it("takes parameters of policies over the scenario's own, 0 and never among them", () => {
    const both = join(folder, "both.yaml");
    const forms = "forms: { vm: { service: 10ms }, serverless: { service: 10ms } }";
    const workload = "{ application: app, arrivals: { type: poisson, rate: 5 }, sizes: 4KiB }";
    const fleet = "[{ name: vm, kind: vm }, { name: fn, kind: serverless }]";
    writeFileSync(
      both,
      `name: both\nrequests: 40\nparameters: { F: never }\nfleet: ${fleet}\napplications: [{ name: app, ${forms} }]\nworkloads: [${workload}]\n`,
    );
    const functions = (...args: string[]): number =>
      JSON.parse(simulated("--scenario", both, "--policy", "straightline", "--json", ...args).out).byKind.serverless;
    assert.ok(functions("--parameters", "F=0,D=64KiB") > functions("--parameters", "F=0,D=1KiB"));
    assert.ok(functions("--parameters", "F=0,D=never") > functions());
  });

  for (const [title, args] of [
    ["an unknown policy", ["--scenario", file, "--policy", "best"]],
    ["a seed that is none", ["--scenario", file, "--policy", "vm-only", "--seeds", "1,x"]],
    ["a parameter that no policy has", ["--scenario", file, "--policy", "vm-only", "--parameters", "G=1"]],
    ["a parameter that is no number", ["--scenario", file, "--policy", "vm-only", "--parameters", "F=often"]],
    ["no scenario", ["--policy", "vm-only"]],
  ] as const) {
    it(`refuses ${title}`, () => assert.throws(() => simulated(...args), { name: "CommanderError" }));
  }
});
