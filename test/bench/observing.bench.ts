import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { connectPlacement } from "../../services/cli/client.js";
import { connectBus } from "../../services/common/bus/index.js";
import { createLogger } from "../../services/common/observe/index.js";
import { eventually } from "../support/eventually.js";
import { startNatsServer } from "../support/nats-server.js";
import { testApplication, testNode } from "../support/placement-harness.js";
import { telemetryInstance } from "../support/telemetry-builders.js";
import { type PlacementProcess, startPlacementProcess } from "./observing/placement-process.js";
import { LOAD_NAMES, type Load, type LoadFigures, measure, type Ratio } from "./observing/rounds.js";

/**
 * What it costs placement to be observed: throughput of Place and of PlaceStream, each request placed and reported, with callers that trace 1% or all of
 * their requests by that with callers that do not trace, and with metrics by that without. Throughput is requests by processor time of the placement process
 * until all spans have left, which is what a saturated one can do and what a busy machine stretches little. All is measured on one process, as two that
 * run the same code differ by more than what is looked for; short stretches take turns and are compared within their round.
 * Ends with exit code 1 when tracing 1%, or metrics, surely cost more than they may. `node dist/test/bench/observing.bench.js [--json]`.
 */

/**
 * Place: tracing 1% may take a twentieth. All else, a tenth: an item of a stream takes a quarter of the time of a call, so that the same two contexts on the wire and the same
 * counts, a look-up in a Map each, some seven a request, are more of it; and metrics are a choice of the operator's.
 */
const LEAST_RATIO = {
  Place: { tracingAt1Percent: 0.95, metrics: 0.9 },
  PlaceStream: { tracingAt1Percent: 0.9, metrics: 0.9 },
} as const satisfies Record<Load, Partial<Record<keyof LoadFigures, number>>>;

/** Takes OTLP and throws it away. */
async function startSink(): Promise<{ readonly url: string; close(): void }> {
  const server = createServer((request, response) => {
    request.resume().on("end", () => response.writeHead(200, { "content-type": "application/json" }).end("{}"));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function runAll(): Promise<LoadFigures[]> {
  await using nats = await startNatsServer();
  const sink = await startSink();
  const bus = await connectBus(nats.config, "bench", createLogger("bench", "silent"));
  const placement = await startPlacementProcess(nats.config.servers, sink.url);
  const nodes = (["vm", "container", "serverless"] as const).map((kind) => testNode(bus, `${kind}-1`, kind));
  const tell = (): void => {
    for (const node of nodes) node.tell([telemetryInstance(`${node.nodeId}-a`, { concurrency: 10_000 })]);
  };
  const telling = setInterval(tell, 500);
  try {
    await deployAndWait(placement);
    const figures: LoadFigures[] = [];
    for (const load of LOAD_NAMES) figures.push(await measure(load, placement));
    return figures;
  } finally {
    clearInterval(telling);
    await placement.stop();
    await bus.drain();
    sink.close();
  }
}

async function deployAndWait({ client, address }: PlacementProcess): Promise<void> {
  const api = connectPlacement(address, { caFile: "", certFile: "", keyFile: "" });
  await api.call(api.deployment.deploy.bind(api.deployment), { application: testApplication() });
  const place = client.place.bind(client);
  const dryRun = { application: "app", data: { sizeBytes: 2048 }, dryRun: true };
  await eventually(
    () =>
      api.call(place, dryRun).then(
        () => true,
        () => false,
      ),
    { what: "an instance" },
  );
  api.close();
}

function inWords({ ratio, surely }: Ratio): string {
  return `${ratio.toFixed(3)} (${surely.map((value) => value.toFixed(3)).join(" to ")})`;
}

const results = await runAll();
if (process.argv.includes("--json")) console.log(JSON.stringify(results));
else {
  const rows = results.map(({ load, perCpuSecond, ...ratios }) => [
    load,
    { perCpuSecond, ...Object.fromEntries(Object.entries(ratios).map(([name, ratio]) => [name, inWords(ratio)])) },
  ]);
  console.table(Object.fromEntries(rows));
}
for (const figures of results) {
  for (const [name, least] of Object.entries(LEAST_RATIO[figures.load])) {
    const measured = figures[name as "tracingAt1Percent" | "metrics"];
    // A busy machine scatters the rounds: what may be enough is no failure.
    if (measured.surely[1] >= least) continue;
    console.error(`${figures.load}: ${name} leaves ${inWords(measured)} of the throughput; at least ${least} is wanted`);
    process.exitCode = 1;
  }
}
