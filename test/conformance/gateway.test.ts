import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { status } from "@grpc/grpc-js";
import { protoDirectory } from "../../services/common/wire/index.js";
import { SAMPLE_NAME } from "../../services/model-server/index.js";
import { type BundledModelServer, startBundledModelServer } from "../support/bundled-model-server.js";
import { type GatewayUnderTest, placed, refused, startGatewayUnderTest } from "../support/gateway-harness.js";
import { pythonWith } from "../support/python-venv.js";

const run = promisify(execFile);

const ROOT = dirname(protoDirectory());
const DRIVER = join(ROOT, "test", "conformance", "triton_client.py");
const IMAGES = join(ROOT, "deploy", "examples", SAMPLE_NAME, "images");

/** The reference client of the Open Inference Protocol. */
const PACKAGES = ["tritonclient[http,grpc]==2.73.0", "numpy"];

let server: BundledModelServer;
let sut: GatewayUnderTest;

before(async () => {
  server = await startBundledModelServer();
  sut = await startGatewayUnderTest(({ application }) =>
    application === SAMPLE_NAME
      ? placed("a", { http: `http://${server.httpAddress}`, grpc: server.grpcAddress })
      : refused("UNKNOWN_APPLICATION", status.NOT_FOUND, `application: no ${application} is deployed`),
  );
});

after(async () => {
  await sut.stop();
  await server.stop();
});

test("the protocol's reference client finds all it needs through the gateway, over HTTP and gRPC", async (context) => {
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
  const addresses = ["--http", new URL(sut.url).host, "--grpc", sut.grpcAddress];
  const { stdout } = await run(python, [DRIVER, ...addresses, "--model", SAMPLE_NAME, ...images]).catch((error) => error);
  const { passed, failed } = JSON.parse(stdout);
  assert.deepEqual(failed, {});
  assert.equal(passed.length, 27);
  await sut.placement.settled();
  assert.ok(sut.placement.reports.every(({ outcome }) => outcome === "OUTCOME_OK" || outcome === "OUTCOME_CLIENT_ERROR"));
});
