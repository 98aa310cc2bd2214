import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";
import { inCi } from "../support/in-ci.js";
import { skipWithoutNats, startNatsServer } from "../support/nats-server.js";
import { startTestMesh } from "../support/placement-harness.js";

const run = promisify(execFile);
const TIMEOUT_MS = 20_000;

/** For a test's `skip`: why it cannot run here, or false. In CI a missing program is an error. */
function skipWithout(program: string, versionFlag: string): string | false {
  if (spawnSync(program, [versionFlag]).error === undefined) return skipWithoutNats();
  const reason = `${program} is not on PATH`;
  if (inCi()) throw new Error(reason);
  console.error(`\n*** SKIPPED: ${reason} ***\n`);
  return reason;
}

test("grpcurl lists the services and places a request by reflection alone", {
  skip: skipWithout("grpcurl", "-version"),
}, async () => {
  await using nats = await startNatsServer();
  await using mesh = await startTestMesh(nats.config);
  const address = `127.0.0.1:${mesh.placement.port}`;
  const { stdout: listed } = await run("grpcurl", ["-plaintext", address, "list"], { timeout: TIMEOUT_MS });
  for (const service of ["straightline.v1.PlacementService", "straightline.v1.FleetService", "grpc.health.v1.Health"]) {
    assert.ok(listed.split("\n").includes(service), listed);
  }
  const request = JSON.stringify({ application: "app", data: { size_bytes: 2048 }, dry_run: true });
  const method = "straightline.v1.PlacementService/Place";
  const { stdout } = await run("grpcurl", ["-plaintext", "-d", request, address, method], { timeout: TIMEOUT_MS });
  const { placement } = JSON.parse(stdout) as { placement: { kind: string; reason: string } };
  assert.equal(placement.kind, "NODE_KIND_VM");
  assert.match(placement.reason, /VM slot free/);
});

test("grpc-health-probe succeeds while placement serves, and fails once it has stopped", {
  skip: skipWithout("grpc-health-probe", "-version"),
}, async () => {
  await using nats = await startNatsServer();
  await using mesh = await startTestMesh(nats.config);
  const args = [`-addr=127.0.0.1:${mesh.placement.port}`, "-connect-timeout=5s", "-rpc-timeout=5s"];
  const { stderr, stdout } = await run("grpc-health-probe", args, { timeout: TIMEOUT_MS });
  assert.match(stdout + stderr, /SERVING/);
  await mesh.placement.stop();
  // 2 is its exit code for "cannot connect".
  await assert.rejects(run("grpc-health-probe", [...args.slice(0, 1), "-connect-timeout=1s"], { timeout: TIMEOUT_MS }), {
    code: 2,
  });
});
