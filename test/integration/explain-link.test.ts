import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually } from "../support/eventually.js";
import { skipWithoutNats, startNatsServer } from "../support/nats-server.js";
import { startTestMesh } from "../support/placement-harness.js";
import { runCli } from "../support/run-cli.js";
import { telemetryInstance } from "../support/telemetry-builders.js";

const NOWHERE = "http://127.0.0.1:1";

test("explain refuses a page that is no URL, and says when the page named does not answer", {
  skip: skipWithoutNats(),
}, async () => {
  await using nats = await startNatsServer();
  await using mesh = await startTestMesh(nats.config);
  const { placement, nodes } = mesh;
  for (const node of nodes) node.tell([telemetryInstance(`${node.nodeId}-a`)]);
  const placed = await eventually(() => placement.place({}), { what: "a placement" });
  const explain = (jaegerUrl: string) =>
    runCli(["explain", placed.placementId, "--placement", `127.0.0.1:${placement.port}`, "--jaeger-url", jaegerUrl]);
  const refused = await explain("rubbish");
  assert.deepEqual([refused.code, refused.stdout], [2, ""]);
  assert.match(refused.stderr, /^error: INVALID_REQUEST: --jaeger-url or STRAIGHTLINE_JAEGER_URL: must be a URL .*\n$/);
  const unanswered = await explain(NOWHERE);
  assert.equal(unanswered.code, 0);
  assert.match(unanswered.stdout, /^trace {6}[0-9a-f]{32}$/m);
  assert.equal(unanswered.stderr, `no link to the trace: ${NOWHERE} does not answer (ECONNREFUSED)\n`);
});
