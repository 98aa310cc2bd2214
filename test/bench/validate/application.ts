import type { Application } from "../../../proto/gen/straightline/v1/Application.js";
import { type BusConnection, type KindToken, kindToWire, openArtifactStore } from "../../../services/common/bus/index.js";
import { packBundle } from "../../support/tiny-bundle.js";

/** Name of the application under which both run. */
export const APPLICATION = "validation";
/** The client names each request's service time in this header, so that mesh and simulator serve the same. */
export const WORK_HEADER = "x-work-ms";

/** What the application's forms have in both. */
export const FORMS = {
  vm: { concurrency: 2 },
  container: { concurrency: 2 },
  serverless: { concurrency: 4 },
} as const satisfies Record<KindToken, { readonly concurrency: number }>;
export const KEEP_ALIVE_MS = 4000;
export const TIMEOUT_MS = 5000;
export const QUEUE = 32;

const MIB = 1024 * 1024;

/** Sleeps as long as it is told, in so many slots, the rest in a queue: a server of the simulator, but real. */
const SERVER = `
import { createServer } from "node:http";
let [serving, served] = [0, 0];
const queue = [];
const slots = Number(process.env.SLOTS ?? 1);
const next = () => {
  while (serving < slots && queue.length > 0) {
    const { ms, response } = queue.shift();
    serving += 1;
    setTimeout(() => {
      serving -= 1;
      served += 1;
      response.writeHead(200, { "straightline-service-ms": String(ms) }).end("done");
      next();
    }, ms);
  }
};
createServer((request, response) => {
  if (request.url === "/ready") return response.end();
  if (request.url === "/stats") {
    const serviceTime = { count: 0, sumMs: 0, buckets: {} };
    return response.end(JSON.stringify({ inFlight: serving, queued: queue.length, servedCount: served, failedCount: 0, serviceTime }));
  }
  request.resume().on("end", () => {
    queue.push({ ms: Number(request.headers["${WORK_HEADER}"]), response });
    next();
  });
}).listen(Number(process.env.PORT), process.env.HOST);
process.on("SIGTERM", () => process.exit(0));
`;

/** Puts it into the object store and describes it in these forms. */
export async function storeApplication(bus: BusConnection, kinds: readonly KindToken[]): Promise<Application> {
  const manifest = { runtime: "node", entrypoint: ["server.mjs"], readyPath: "/ready", statsPath: "/stats" };
  await using bundle = await packBundle([
    { name: "bundle.json", content: JSON.stringify(manifest) },
    { name: "server.mjs", content: SERVER },
  ]);
  await (await openArtifactStore(bus)).put(bundle.digest, bundle.file);
  return {
    name: APPLICATION,
    artifact: { bundle: { digest: bundle.digest, sizeBytes: 1 } },
    implementations: kinds.map((kind) => ({
      kind: kindToWire(kind),
      resources: { cpuMillicores: 500, memoryBytes: 256 * MIB },
      replicas: 1,
      concurrency: FORMS[kind].concurrency,
      keepAliveMs: KEEP_ALIVE_MS,
      environment: { SLOTS: String(kind === "serverless" ? 1 : FORMS[kind].concurrency) },
    })),
    timeoutMs: TIMEOUT_MS,
    idempotent: true,
    readyPath: "/ready",
    statsPath: "/stats",
  };
}
