import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { connectPlacement } from "../../services/cli/client.js";
import { connectBus } from "../../services/common/bus/index.js";
import { createLogger } from "../../services/common/observe/index.js";
import { eventually } from "../support/eventually.js";
import { startNatsServer } from "../support/nats-server.js";
import { testApplication, testNode } from "../support/placement-harness.js";
import { telemetryInstance } from "../support/telemetry-builders.js";
import { type CallerRatio, streamLoad, unaryLoad } from "./tracing/load.js";
import { type PlacementProcess, startPlacementProcess } from "./tracing/placement-process.js";

/**
 * What tracing costs placement: throughput of Place and of PlaceStream, each request placed and reported, with callers that do not trace, that trace 1% and
 * that trace all. Throughput is requests by processor time of the placement process, which is what a saturated one can do and what a busy machine does not
 * stretch. All is measured on one process, as two that run the same code differ by more than what is looked for; rounds of the three follow each other closely
 * and are compared in pairs. Ends with exit code 1 when 1% costs more than 5%.
 * `node dist/test/bench/tracing.bench.js [--json]`.
 */

const MODES = { off: undefined, "1%": 0.01, "100%": 1 } as const satisfies Record<string, CallerRatio>;
type Mode = keyof typeof MODES;
const LOADS = { Place: { run: unaryLoad, count: 500 }, PlaceStream: { run: streamLoad, count: 6000 } } as const;
type Load = keyof typeof LOADS;

/** Off and 1% lie side by side and take turns in going first; 100% is last, as its spans are still on their way when it ends. */
const ORDERS: readonly (readonly Mode[])[] = [
  ["off", "1%", "100%"],
  ["1%", "off", "100%"],
];
const WARM_UP_ROUNDS = 5;
/** Odd, so that the median is one of them. */
const ROUNDS = 25;
const LEAST_RATIO_AT_ONE_PERCENT = 0.95;

interface Result {
  readonly load: Load;
  readonly mode: Mode;
  readonly perCpuSecond: number;
  /** Median over the rounds of throughput in this mode by throughput without tracing. */
  readonly ratio: number;
}

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

async function measure(load: Load, placement: PlacementProcess): Promise<Result[]> {
  const modes = Object.keys(MODES) as Mode[];
  const { run, count } = LOADS[load];
  const rounds: Record<Mode, number>[] = [];
  for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
    const perCpuSecond: Record<string, number> = {};
    await placement.settle();
    for (const mode of ORDERS[round % ORDERS.length] ?? []) {
      const beforeMs = await placement.cpuMs();
      await run(placement.client, MODES[mode], count);
      perCpuSecond[mode] = (count * 1000) / ((await placement.cpuMs()) - beforeMs);
    }
    if (round >= WARM_UP_ROUNDS) rounds.push(perCpuSecond as Record<Mode, number>);
  }
  return modes.map((mode) => ({
    load,
    mode,
    perCpuSecond: Math.round(median(rounds.map((round) => round[mode]))),
    ratio: Number(median(rounds.map((round) => round[mode] / round.off)).toFixed(3)),
  }));
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

async function runAll(): Promise<Result[]> {
  await using nats = await startNatsServer();
  const sink = await startSink();
  const bus = await connectBus(nats.config, "bench", createLogger("bench", "silent"));
  const { servers } = nats.config;
  const placement = await startPlacementProcess(servers, sink.url);
  const nodes = (["vm", "container", "serverless"] as const).map((kind) => testNode(bus, `${kind}-1`, kind));
  const tell = (): void => {
    for (const node of nodes) node.tell([telemetryInstance(`${node.nodeId}-a`, { concurrency: 10_000 })]);
  };
  const telling = setInterval(tell, 500);
  try {
    await deployAndWait(placement.client);
    return [...(await measure("Place", placement)), ...(await measure("PlaceStream", placement))];
  } finally {
    clearInterval(telling);
    await placement.stop();
    await bus.drain();
    sink.close();
  }
}

async function deployAndWait(client: PlacementProcess["client"]): Promise<void> {
  const api = connectPlacement(client.getChannel().getTarget().replace(/^dns:/, ""), { caFile: "", certFile: "", keyFile: "" });
  await api.call(api.deployment.deploy.bind(api.deployment), { application: testApplication() });
  const place = client.place.bind(client);
  const dryRun = { application: "app", data: { sizeBytes: 2048 }, dryRun: true };
  await eventually(
    () =>
      api.call(place, dryRun).then(
        () => true,
        () => false,
      ),
    { what: "an instance", timeoutMs: 20_000 },
  );
  api.close();
}

const results = await runAll();
if (process.argv.includes("--json")) console.log(JSON.stringify(results));
else console.table(results);
for (const { load, mode, ratio } of results) {
  if (mode !== "1%" || ratio >= LEAST_RATIO_AT_ONE_PERCENT) continue;
  console.error(`${load}: tracing at 1% leaves ${ratio} of the throughput; at least ${LEAST_RATIO_AT_ONE_PERCENT} is wanted`);
  process.exitCode = 1;
}
