import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { resetRunFolder, runFolder } from "./run-folder.js";
import { readMetrics, storeOutputs } from "./transfer.js";

const directory = mkdtempSync(join(tmpdir(), "straightline-transfer-"));
after(() => rmSync(directory, { recursive: true, force: true }));

const SECRET = join(directory, "secret");
writeFileSync(SECRET, '{"secret": 1}');

test("metrics are one small flat object of numbers in a plain file, or none", { timeout: 10_000 }, async () => {
  const cases: [string, (file: string) => void, unknown][] = [
    ["no file", () => undefined, {}],
    ["numbers", (file) => writeFileSync(file, '{"accuracy": 0.97}'), { accuracy: 0.97 }],
    ["more than 8 KiB", (file) => writeFileSync(file, `{"a": 1${" ".repeat(9000)}}`), undefined],
    ["a gigabyte", (file) => execFileSync("truncate", ["-s", "1G", file]), undefined],
    ["a pipe that nobody writes to", (file) => execFileSync("mkfifo", [file]), undefined],
    ["a link to what the stage cannot read", (file) => symlinkSync(SECRET, file), undefined],
    ["a folder", (file) => mkdirSync(file), undefined],
    ["a text in it", (file) => writeFileSync(file, '{"accuracy": "good"}'), undefined],
  ];
  for (const [what, make, expected] of cases) {
    const folder = runFolder(directory, "metrics");
    await resetRunFolder(folder, []);
    make(folder.metrics);
    const reading = readMetrics(folder);
    if (expected === undefined) await assert.rejects(reading, { code: "ARTIFACT_INVALID", message: /at most 8 KiB/ }, what);
    else assert.deepEqual(await reading, expected, what);
  }
});

test("an output that is a link is not packed", async () => {
  const store = {
    has: () => Promise.resolve(false),
    put: () => assert.fail("nothing is to be stored"),
    fetch: () => Promise.resolve(),
  };
  const swaps: [string, (outputs: string) => void][] = [
    ["the folder", (outputs) => symlinkSync(directory, join(outputs, "model"))],
    [
      "its parent",
      (outputs) => {
        rmSync(outputs, { recursive: true });
        mkdirSync(join(directory, "elsewhere", "model"), { recursive: true });
        writeFileSync(join(directory, "elsewhere", "model", "x"), "x");
        symlinkSync(join(directory, "elsewhere"), outputs);
      },
    ],
  ];
  for (const [what, swap] of swaps) {
    const folder = runFolder(directory, "outputs");
    await resetRunFolder(folder, []);
    mkdirSync(join(folder.root, "outputs"), { recursive: true });
    swap(join(folder.root, "outputs"));
    await assert.rejects(
      storeOutputs(store, ["model"], folder),
      { code: "ARTIFACT_INVALID", message: /output model is a link/ },
      what,
    );
  }
});

test("what an agent keeps of a run lies outside of what the stage sees", () => {
  const folder = runFolder(directory, "run");
  for (const file of [folder.log, folder.exit]) assert.ok(!file.startsWith(`${folder.root}/`));
  for (const file of [folder.metrics, folder.work, folder.input("a"), folder.output("a")]) {
    assert.ok(file.startsWith(`${folder.root}/`));
  }
});
