import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, test } from "node:test";
import { sampleImages } from "../../services/common/sample/index.js";
import { SAMPLE_NAME } from "../../services/model-server/index.js";
import { type BundledModelServer, startBundledModelServer } from "../support/bundled-model-server.js";
import { runReferenceClient } from "../support/reference-client.js";

let server: BundledModelServer;

before(async () => {
  server = await startBundledModelServer();
});

after(() => server.stop());

test("the bundle alone classifies every sample image rightly", async () => {
  for (const { name, bytes, contentType, expectedLabel } of await sampleImages()) {
    const response = await fetch(`http://${server.httpAddress}/v2/models/${SAMPLE_NAME}/infer`, {
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
  const checks = await runReferenceClient(context, { http: server.httpAddress, grpc: server.grpcAddress });
  if (checks === undefined) return;
  assert.deepEqual(checks.failed, {});
  assert.equal(checks.passed.length, 27);
});

test("SIGTERM ends the server cleanly", async () => {
  server.child.kill("SIGTERM");
  assert.deepEqual(await once(server.child, "exit"), [0, null]);
});
