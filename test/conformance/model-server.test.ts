import assert from "node:assert/strict";
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { sampleImages } from "../../services/common/sample/index.js";
import { protoDirectory } from "../../services/common/wire/index.js";
import { buildSampleBundle, SAMPLE_NAME } from "../../services/model-server/index.js";
import { pythonWith } from "../support/python-venv.js";

const run = promisify(execFile);

const ROOT = dirname(protoDirectory());
const DRIVER = join(ROOT, "test", "conformance", "triton_client.py");
const IMAGES = join(ROOT, "deploy", "examples", SAMPLE_NAME, "images");

/** The reference client of the Open Inference Protocol. */
const PACKAGES = ["tritonclient[http,grpc]==2.73.0", "numpy"];

/** A server that runs from its extracted bundle, with nothing of this repository around it. */
interface BundledServer {
  readonly folder: string;
  readonly child: ChildProcess;
  readonly port: number;
  readonly grpcPort: number;
}

let server: BundledServer;

before(async () => {
  const { path } = await buildSampleBundle({ target: { platform: process.platform, arch: process.arch } });
  const folder = await mkdtemp(join(tmpdir(), "straightline-bundle-"));
  await run("tar", ["-xzf", path, "-C", folder]);
  const env = { PATH: process.env["PATH"], PORT: "0", GRPC_PORT: "0" };
  const child = spawn(process.execPath, ["server.mjs"], { cwd: folder, env, stdio: ["ignore", "ignore", "pipe"] });
  server = { folder, child, ...(await readyPorts(child)) };
});

after(async () => {
  if (server.child.exitCode === null) {
    server.child.kill("SIGKILL");
    await once(server.child, "exit");
  }
  await rm(server.folder, { recursive: true, force: true });
});

/** Reads the ports from the log line that says "ready"; rejects with the log when the process ends before. */
async function readyPorts(child: ChildProcess): Promise<{ port: number; grpcPort: number }> {
  assert.ok(child.stderr);
  const seen: string[] = [];
  for await (const line of createInterface({ input: child.stderr })) {
    seen.push(line);
    const entry = line.startsWith("{") ? JSON.parse(line) : {};
    if (entry.msg === "ready") {
      child.stderr.resume();
      return { port: entry.port, grpcPort: entry.grpcPort };
    }
  }
  throw new Error(`the bundled server ended before it was ready:\n${seen.join("\n")}`);
}

test("the bundle alone classifies every sample image rightly", async () => {
  for (const { name, bytes, contentType, expectedLabel } of await sampleImages()) {
    const response = await fetch(`http://127.0.0.1:${server.port}/v2/models/${SAMPLE_NAME}/infer`, {
      method: "POST",
      headers: { "content-type": contentType },
      body: new Uint8Array(bytes),
    });
    const answer = (await response.json()) as { outputs: { name: string; data: unknown[] }[] };
    assert.equal(response.status, 200, name);
    assert.deepEqual(answer.outputs.find((output) => output.name === "label")?.data, [expectedLabel], name);
  }
});

test("the protocol's reference client finds all it needs over HTTP and gRPC", async (context) => {
  const python = await pythonWith(PACKAGES).catch((error: unknown) => {
    if (process.env["CI"] === "true") throw error;
    return undefined;
  });
  if (python === undefined) {
    context.skip(`SKIPPED: no python3 with venv, or ${PACKAGES[0]} cannot be installed, so the protocol is NOT checked here`);
    return;
  }
  const images = ["region-based-0.png=0", "determine-180.jpg=180", "either-object-0.jpg=0"].flatMap((image) => [
    "--image",
    join(IMAGES, image),
  ]);
  const addresses = ["--http", `127.0.0.1:${server.port}`, "--grpc", `127.0.0.1:${server.grpcPort}`];
  const { stdout } = await run(python, [DRIVER, ...addresses, "--model", SAMPLE_NAME, ...images]).catch((error) => error);
  const { passed, failed } = JSON.parse(stdout);
  assert.deepEqual(failed, {});
  assert.equal(passed.length, 27);
});

test("SIGTERM ends the server cleanly", async () => {
  server.child.kill("SIGTERM");
  assert.deepEqual(await once(server.child, "exit"), [0, null]);
});
