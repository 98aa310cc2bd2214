import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { PACKAGE_ROOT } from "../../services/cli/daemons.js";
import { freePorts } from "../../services/common/ports/index.js";
import { testDirectory } from "../support/agent-harness.js";

const options = { skip: spawnSync("python3", ["--version"]).status === 0 ? false : "no python3" };

test("the example's classify.py tells its arguments, and in one line that no gateway answers", options, async () => {
  await using directory = await testDirectory();
  await writeFile(join(directory.path, "001-is-2.png"), "");
  const classify = (...args: string[]) =>
    spawnSync("python3", [join(PACKAGE_ROOT, "deploy/examples/digits/classify.py"), ...args], { encoding: "utf8" });
  const help = classify("--help");
  assert.equal(help.status, 0);
  assert.match(help.stdout, /^usage: classify\.py \[-h\] folder \[gateway\]/);
  const [port] = await freePorts("127.0.0.1", 1);
  const gateway = `http://127.0.0.1:${port}`;
  const away = classify(directory.path, gateway);
  assert.equal(away.status, 1);
  assert.match(away.stderr, new RegExp(`^no gateway answers at ${gateway}: .*refused\\n$`));
});
