import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { status } from "@grpc/grpc-js";
import { SAMPLE_NAME } from "../../services/model-server/index.js";
import { type BundledModelServer, startBundledModelServer } from "../support/bundled-model-server.js";
import { type GatewayUnderTest, placed, refused, startGatewayUnderTest } from "../support/gateway-harness.js";
import { runReferenceClient } from "../support/reference-client.js";

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
  const checks = await runReferenceClient(context, { http: new URL(sut.url).host, grpc: sut.grpcAddress });
  if (checks === undefined) return;
  assert.deepEqual(checks.failed, {});
  assert.equal(checks.passed.length, 27);
  await sut.placement.settled();
  assert.ok(sut.placement.reports.every(({ outcome }) => outcome === "OUTCOME_OK" || outcome === "OUTCOME_CLIENT_ERROR"));
});
