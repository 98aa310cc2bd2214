import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { PACKAGE_ROOT } from "../../services/cli/daemons.js";
import { freePorts } from "../../services/common/ports/index.js";
import { testDirectory } from "../support/agent-harness.js";

const CLASSIFY = join(PACKAGE_ROOT, "deploy/examples/digits/classify.py");
const options = { skip: spawnSync("python3", ["--version"]).status === 0 ? false : "no python3" };

test("the example's classify.py tells its arguments, and in one line that no gateway answers", options, async () => {
  await using directory = await testDirectory();
  await writeFile(join(directory.path, "001-is-2.png"), "");
  const classify = (...args: string[]) => spawnSync("python3", [CLASSIFY, ...args], { encoding: "utf8" });
  const help = classify("--help");
  assert.equal(help.status, 0);
  assert.match(help.stdout, /^usage: classify\.py \[-h\] folder \[gateway\]/);
  const [port] = await freePorts("127.0.0.1", 1);
  const gateway = `http://127.0.0.1:${port}`;
  const away = classify(directory.path, gateway);
  assert.equal(away.status, 1);
  assert.match(away.stderr, new RegExp(`^no gateway answers at ${gateway}: .*refused\\n$`));
});

test("classify.py tells in one line a refusal that is not the gateway's", options, async () => {
  await using directory = await testDirectory();
  await writeFile(join(directory.path, "001-is-2.png"), "");
  const proxy = createServer((request, response) => void request.resume().on("end", () => response.writeHead(502).end("<html>")));
  await once(proxy.listen(0, "127.0.0.1"), "listening");
  try {
    const gateway = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const { stdout } = await promisify(execFile)("python3", [CLASSIFY, directory.path, gateway]);
    assert.match(stdout, /\nvm +HTTP Error 502: Bad Gateway\ncontainer +HTTP Error 502: Bad Gateway\n/);
  } finally {
    proxy.closeAllConnections();
    await new Promise((closed) => proxy.close(closed));
  }
});
