import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { createLogger, exportMetrics, METRIC } from "../../services/common/observe/index.js";
import { eventually } from "../support/eventually.js";
import { series } from "../support/metric-series.js";
import { skipWithoutNats, startNatsServer } from "../support/nats-server.js";
import { call, passTime, startTestMesh, withCode } from "../support/placement-harness.js";
import { readAll } from "../support/read-all.js";
import { runCli } from "../support/run-cli.js";
import { telemetryInstance } from "../support/telemetry-builders.js";

const options = { skip: skipWithoutNats() };

test("decisions are counted by policy, kind, result and rule; dry runs are not", options, async () => {
  await using nats = await startNatsServer();
  await using mesh = await startTestMesh(nats.config);
  const { placement } = mesh;
  for (const request of [{}, { data: { sizeBytes: 500_000 } }, { frequencyHint: 50 }, { policy: "least-outstanding" }]) {
    await placement.report((await placement.place(request)).placementId);
  }
  await placement.place({ dryRun: true });
  await assert.rejects(placement.place({ constraints: { zones: ["nowhere"] } }), withCode("NEVER_FITS"));
  await assert.rejects(placement.place({ application: "invented" }), withCode("UNKNOWN_APPLICATION"));
  const decisions = series(placement.metrics, METRIC.decisions);
  assert.equal(decisions["app/straightline/vm/placed/free-slot"], 1);
  assert.equal(decisions["app/straightline/container/placed/large"], 1);
  assert.equal(decisions["app/straightline/serverless/placed/frequent-small"], 1);
  assert.equal(decisions["app/straightline//NEVER_FITS/ZONE_NOT_ALLOWED"], 1);
  // A name that a caller invents is no label.
  assert.equal(decisions["/straightline//UNKNOWN_APPLICATION/"], 1);
  assert.equal(
    Object.values(decisions).reduce<number>((sum, count) => sum + Number(count), 0),
    6,
  );
  const calls = series(placement.metrics, METRIC.rpcDuration)["grpc/straightline.v1.PlacementService/Place/OK"];
  assert.equal([calls].flat()[0], 5);
});

test("reports tell response time, prediction error, cold starts and cost", options, async () => {
  await using nats = await startNatsServer();
  await using mesh = await startTestMesh(nats.config);
  const { placement, nodes } = mesh;
  nodes[2]?.tell([telemetryInstance("serverless-1-a")], { price: { perRequest: 0.25, perGbSecond: 0 } });
  const report = placement.placements.Report.bind(placement.placements);
  await eventually(
    async () => {
      const { placementId } = await placement.place({ frequencyHint: 50 });
      const times = { responseMs: 400, serviceMs: 100, coldStartMs: 250 };
      await call(report, { placementId, outcome: "OUTCOME_OK", ...times });
      return series(placement.metrics, METRIC.cost)["app/serverless"] !== undefined;
    },
    { what: "a report of a function with a price" },
  );
  const { metrics } = placement;
  const reports = Number(series(metrics, METRIC.reports)["app/serverless/ok"]);
  assert.deepEqual(series(metrics, METRIC.responseDuration), { "app/serverless/ok": [reports, 0.4 * reports] });
  assert.equal(series(metrics, METRIC.coldStarts)["app/serverless"], reports);
  assert.equal(Number(series(metrics, METRIC.cost)["app/serverless"]) % 0.25, 0);
  const errors = Object.values(series(metrics, METRIC.predictionError)) as [number, number][];
  assert.equal(
    errors.reduce((sum, [count]) => sum + count, 0),
    reports - 1,
    "before the first report nothing could be predicted",
  );
  assert.equal(series(metrics, METRIC.reservations)[""], 0);
});

test("what counts faults and cold starts is 0 from the deploy on", options, async () => {
  await using nats = await startNatsServer();
  await using mesh = await startTestMesh(nats.config);
  const { metrics } = mesh.placement;
  const form = (kind: string) => ({ [`app/${kind}/instance-error`]: 0, [`app/${kind}/timeout`]: 0 });
  assert.deepEqual(series(metrics, METRIC.reports), { ...form("vm"), ...form("container"), ...form("serverless") });
  assert.deepEqual(series(metrics, METRIC.coldStarts), { "app/serverless": 0 });
  assert.deepEqual(series(metrics, METRIC.leasesExpired), { app: 0 });
});

test("a prediction is compared only where there was one: not for the first request of a fresh fleet", options, async () => {
  await using nats = await startNatsServer();
  await using mesh = await startTestMesh(nats.config);
  const { placement, nodes } = mesh;
  const network = { capacity: { networkBytesPerSecond: 125_000_000 } };
  for (const node of nodes) node.tell([telemetryInstance(`${node.nodeId}-a`)], network);
  const report = placement.placements.Report.bind(placement.placements);
  const onVm = { constraints: { kinds: ["NODE_KIND_VM" as const] }, data: { sizeBytes: 2048 } };
  const first = await eventually(
    async () => {
      const { node } = await call(placement.fleet.GetNode.bind(placement.fleet), { nodeId: "vm-1" });
      return (node?.telemetry?.capacity?.networkBytesPerSecond ?? 0) > 0 ? placement.place(onVm) : undefined;
    },
    { what: "a placement that knows the network, and nothing else" },
  );
  assert.equal(first.predicted, null);
  const explained = await runCli(["explain", first.placementId, "--placement", `127.0.0.1:${placement.port}`]);
  assert.match(explained.stdout, /^predicted {2}unknown: no service time is known yet$/m);
  await call(report, { placementId: first.placementId, outcome: "OUTCOME_OK", responseMs: 40, serviceMs: 39 });
  assert.deepEqual(series(placement.metrics, METRIC.predictionRatio), {});
  assert.deepEqual(series(placement.metrics, METRIC.predictionError), {});
  const second = await placement.place(onVm);
  assert.ok((second.predicted?.serviceMs ?? 0) > 0);
  await call(report, { placementId: second.placementId, outcome: "OUTCOME_OK", responseMs: 40, serviceMs: 39 });
  const [compared, ratio] = series(placement.metrics, METRIC.predictionRatio)["app/vm"] as [number, number];
  assert.equal(compared, 1);
  assert.ok(ratio > 0.5 && ratio < 2, `${ratio}`);
});

test("a client that dies costs a lease, and no slot leaks; nodes are counted by their health", options, async () => {
  await using nats = await startNatsServer();
  await using mesh = await startTestMesh(nats.config);
  const { placement, nodes } = mesh;
  await placement.place({ deadlineMs: 1000 });
  assert.equal(series(placement.metrics, METRIC.reservations)[""], 1);
  await passTime(placement, 14_000, "serverless-1", () => {
    for (const node of nodes.slice(1)) node.tell([telemetryInstance(`${node.nodeId}-a`)]);
  });
  await eventually(async () => series(placement.metrics, METRIC.leasesExpired)["app"] === 1, { what: "the end of the lease" });
  assert.equal(series(placement.metrics, METRIC.reservations)[""], 0);
  assert.equal(series(placement.metrics, METRIC.reservationLeaks)[""], 0);
  assert.deepEqual(series(placement.metrics, METRIC.nodes), {
    "vm/lost/open": 1,
    "container/fresh/open": 1,
    "serverless/fresh/open": 1,
  });
});

test("metrics are sent by OTLP, the last ones at the end; a taken port harms nobody", options, async () => {
  await using nats = await startNatsServer();
  await using mesh = await startTestMesh(nats.config);
  const bodies: string[] = [];
  const collector = createServer((request, response) => {
    void readAll(request).then((body) => {
      bodies.push(body.toString("utf8"));
      response.writeHead(200, { "content-type": "application/json" }).end("{}");
    });
  });
  await new Promise<void>((resolve) => collector.listen(0, "127.0.0.1", resolve));
  const { port } = collector.address() as AddressInfo;
  const end = await exportMetrics({
    ...{ metrics: mesh.placement.metrics, resource: { "service.name": "straightline-placement" }, intervalMs: 60_000 },
    ...{ port, otlpEndpoint: `http://127.0.0.1:${port}/v1/metrics`, log: createLogger("test", "silent") },
  });
  await mesh.placement.place({});
  await end();
  collector.closeAllConnections();
  await new Promise((resolve) => collector.close(resolve));
  const sent = JSON.stringify(bodies);
  for (const wanted of ["straightline.placement.decisions", "straightline-placement", "free-slot", "explicitBounds"]) {
    assert.ok(sent.includes(wanted), `${wanted} in ${sent.slice(0, 500)}`);
  }
});
