import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { openArtifactStore, openStoredArtifacts } from "../../services/common/bus/index.js";
import { testBus, testDirectory } from "../support/agent-harness.js";
import { eventually } from "../support/eventually.js";
import { skipWithoutNats, startNatsServer } from "../support/nats-server.js";
import { runCli } from "../support/run-cli.js";

const options = { skip: skipWithoutNats() };
const UNAVAILABLE = 6;

/** The manifest of an application with a bundle of this size. */
async function writeApplication(directory: string, bundleBytes: number): Promise<string> {
  const bundle = join(directory, "bundle");
  await mkdir(bundle);
  await writeFile(join(bundle, "bundle.json"), JSON.stringify({ runtime: "node", entrypoint: ["a.mjs"] }));
  await writeFile(join(bundle, "a.mjs"), "");
  await writeFile(join(bundle, "weights"), randomBytes(bundleBytes));
  const manifest = join(directory, "app.yaml");
  await writeFile(
    manifest,
    "name: app\nartifact: { bundle: ./bundle }\nimplementations:\n  - kind: vm\n    resources: { cpu: 100m, memory: 1MiB }\n",
  );
  return manifest;
}

test("deploy ends with its error and 6 when NATS hangs before its bundle is stored", options, async () => {
  await using nats = await startNatsServer();
  await using directory = await testDirectory();
  const manifest = await writeApplication(directory.path, 1024);
  nats.freeze();
  const { code, stderr } = await runCli(["deploy", manifest, "--nats", nats.config.servers]);
  assert.match(stderr, /^waiting for NATS to store the bundle$[\s\S]*^error: BUS_UNAVAILABLE: NATS at \S+ does not answer/m);
  assert.equal(code, UNAVAILABLE);
});

test("deploy ends with its error and 6 when NATS hangs while its bundle is on the way", options, async () => {
  await using nats = await startNatsServer();
  await using bus = await testBus(nats.config);
  await using directory = await testDirectory();
  await openArtifactStore(bus);
  const manifest = await writeApplication(directory.path, 64 * 1024 ** 2);
  const running = runCli(["deploy", manifest, "--nats", nats.config.servers]);
  const stored = openStoredArtifacts(bus);
  await eventually(async () => (await stored.list()).length > 0, { what: "the first bytes", pollMs: 1 });
  nats.freeze();
  const { code, stderr } = await running;
  assert.match(stderr, /^error: BUS_UNAVAILABLE: /m);
  assert.equal(code, UNAVAILABLE);
});
