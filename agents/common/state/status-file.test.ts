import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { createStatusFile } from "./status-file.js";

const root = mkdtempSync(join(tmpdir(), "straightline-status-"));
after(() => rmSync(root, { recursive: true, force: true }));

test("the newest status is one line, and nothing else is left", () => {
  const directory = join(root, "agent");
  const tell = createStatusFile(directory);
  tell({ state: "starting" });
  tell({ state: "waiting", message: "NATS does not answer\n(ECONNREFUSED)" });
  assert.equal(readFileSync(join(directory, "status"), "utf8"), "waiting NATS does not answer (ECONNREFUSED)\n");
  tell({ state: "joined" });
  assert.equal(readFileSync(join(directory, "status"), "utf8"), "joined\n");
  assert.deepEqual(readdirSync(directory), ["status"]);
});
