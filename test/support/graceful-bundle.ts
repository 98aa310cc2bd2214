import { type BusConnection, openArtifactStore } from "../../services/common/bus/index.js";
import { packBundle } from "./tiny-bundle.js";

/** Answers after WORK_MS with its version; ends by itself after LIFE_MS, where that is given; on SIGTERM it finishes what it holds, as a well-made workload does. */
const GRACEFUL_SERVER = `
import { createServer } from "node:http";
const workMs = Number(process.env.WORK_MS ?? 0);
if (process.env.FAIL === "start") process.exit(3);
const server = createServer(async (request, response) => {
  if (request.url === "/ready") return response.writeHead(process.env.FAIL === "ready" ? 503 : 200).end();
  request.resume();
  await new Promise((resolve) => setTimeout(resolve, workMs));
  response.end(process.env.VERSION ?? "");
}).listen(Number(process.env.PORT), process.env.HOST);
if (process.env.LIFE_MS) setTimeout(() => process.exit(4), Number(process.env.LIFE_MS));
process.on("SIGTERM", () => server.close(() => process.exit(0)));
`;

/** Puts that workload into the object store; resolves to the artifact of an application. It is ready on /ready. */
export async function storeGracefulBundle(bus: BusConnection) {
  const manifest = { runtime: "node", entrypoint: ["server.mjs"], readyPath: "/ready" };
  await using bundle = await packBundle([
    { name: "bundle.json", content: JSON.stringify(manifest) },
    { name: "server.mjs", content: GRACEFUL_SERVER },
  ]);
  await (await openArtifactStore(bus)).put(bundle.digest, bundle.file);
  return { bundle: { digest: bundle.digest, sizeBytes: 1 } };
}
