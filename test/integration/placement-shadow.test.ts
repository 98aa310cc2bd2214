import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { METRIC } from "../../services/common/observe/index.js";
import { eventually } from "../support/eventually.js";
import { series } from "../support/metric-series.js";
import { skipWithoutNats, startNatsServer } from "../support/nats-server.js";
import { call, startTestMesh, withCode } from "../support/placement-harness.js";

const options = { skip: skipWithoutNats() };
const CLI = fileURLToPath(new URL("../../services/cli/main.js", import.meta.url));

test("a shadow decides beside the active policy, reserves nothing, and is compared with it", options, async () => {
  await using nats = await startNatsServer();
  await using mesh = await startTestMesh(nats.config, ["--policy", "vm-only", "--shadow", "container-only"]);
  const { placement } = mesh;
  const { placements, fleet } = placement;
  const figures = () => call(placements.GetShadow.bind(placements), {});
  const placed = await placement.place({ data: { sizeBytes: 10 } });
  assert.equal(placed.kind, "NODE_KIND_VM");
  await placement.place({ data: { sizeBytes: 10 } }).catch(() => undefined);
  const seen = await eventually(async () => ((await figures()).compared === 2 ? figures() : undefined), { what: "the shadow" });
  assert.equal(seen.policy, "container-only");
  assert.deepEqual([seen.sameInstance, seen.sameKind, seen.skipped, seen.failed], [0, 0, 0, 0]);
  // The second request finds the VM full; the shadow, which holds nothing, still has its container.
  assert.deepEqual(seen.moves.map(({ active, shadow }) => `${active} ${shadow}`).sort(), [
    "NODE_KIND_UNSPECIFIED NODE_KIND_CONTAINER",
    "NODE_KIND_VM NODE_KIND_CONTAINER",
  ]);
  const { nodes } = await call(fleet.ListNodes.bind(fleet), {});
  const reserved = nodes.filter(({ reservedSlots }) => Object.keys(reservedSlots).length > 0);
  assert.deepEqual(
    reserved.map(({ kind }) => kind),
    ["NODE_KIND_VM"],
  );

  assert.deepEqual(series(placement.metrics, METRIC.shadowDecisions), {
    "container-only/vm/container": 1,
    "container-only/refused/container": 1,
  });
  assert.deepEqual(series(placement.metrics, METRIC.shadowAgreed), { "container-only/kind": 0, "container-only/instance": 0 });
  assert.deepEqual(Object.keys(series(placement.metrics, METRIC.shadowPredicted)), [
    "container-only/active",
    "container-only/shadow",
  ]);
  assert.deepEqual(series(placement.metrics, METRIC.shadowMissed), { "container-only/skipped": 0, "container-only/failed": 0 });

  const address = `127.0.0.1:${placement.port}`;
  const { stdout } = await promisify(execFile)(process.execPath, [CLI, "shadow", "--placement", address]);
  assert.match(stdout, /container-only: 2 decisions compared, 0 skipped for want of time, 0 failed/);
  assert.match(stdout, /refused +container +1/);
});

test("a shadow of an unknown policy is refused at start; without one its figures say so", options, async () => {
  await using nats = await startNatsServer();
  await assert.rejects(startTestMesh(nats.config, ["--shadow", "best"]), withCode("UNKNOWN_POLICY"));
  await using mesh = await startTestMesh(nats.config);
  const { placements } = mesh.placement;
  assert.equal((await call(placements.GetShadow.bind(placements), {})).policy, "");
});
