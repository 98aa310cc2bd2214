import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { pack } from "tar-stream";
import { type BusConnection, fileDigest, openArtifactStore } from "../../services/common/bus/index.js";

/**
 * A workload in a few lines of JavaScript: /ready, /stats, /pid, /slow?ms=, /eat (memory without end), /crash, and any other path echoes
 * the body. With GRPC_MODULE in its environment it also answers inference.GRPCInferenceService/ModelInfer by the bytes it gets.
 */
export const TINY_SERVER = `
import { createServer } from "node:http";
import { createRequire } from "node:module";
const startedAt = Date.now();
let [inFlight, served, most] = [0, 0, 0];
const hog = [];
const readyAfterMs = Number(process.env.READY_AFTER_MS ?? 0);
createServer(async (request, response) => {
  const url = new URL(request.url, "http://x");
  if (url.pathname === "/ready") return response.writeHead(Date.now() - startedAt >= readyAfterMs ? 200 : 503).end();
  if (url.pathname === "/stats") {
    const serviceTime = { count: served, sumMs: served * 2, buckets: served ? { 8: served } : {} };
    return response.end(JSON.stringify({ inFlight, queued: 0, servedCount: served, failedCount: 0, serviceTime }));
  }
  inFlight += 1;
  most = Math.max(most, inFlight);
  response.once("close", () => { inFlight -= 1; served += 1; });
  if (url.pathname === "/pid") return response.end(String(process.pid));
  if (url.pathname === "/environment") return response.end(JSON.stringify(process.env));
  if (url.pathname === "/most") return response.end(String(most));
  if (url.pathname === "/crash") process.exit(3);
  if (url.pathname === "/eat") { setInterval(() => hog.push(Buffer.alloc(16e6, 1)), 5); return; }
  if (url.pathname === "/slow") await new Promise((resolve) => setTimeout(resolve, Number(url.searchParams.get("ms"))));
  response.writeHead(200, { "x-pid": String(process.pid), "x-traceparent": request.headers.traceparent ?? "", "x-tracestate": request.headers.tracestate ?? "" });
  request.pipe(response);
}).listen(Number(process.env.PORT), process.env.HOST);
if (process.env.GRPC_MODULE) {
  const { Metadata, Server, ServerCredentials } = createRequire(import.meta.url)(process.env.GRPC_MODULE);
  const same = (bytes) => bytes;
  const codec = { requestSerialize: same, requestDeserialize: same, responseSerialize: same, responseDeserialize: same };
  const server = new Server();
  server.addService(
    { ModelInfer: { path: "/inference.GRPCInferenceService/ModelInfer", requestStream: false, responseStream: false, ...codec } },
    {
      ModelInfer: (call, callback) => {
        const initial = new Metadata();
        for (const value of call.metadata.get("tracestate")) initial.add("x-tracestate", value);
        call.sendMetadata(initial);
        callback(null, call.request);
      },
    },
  );
  server.bindAsync("127.0.0.1:" + process.env.GRPC_PORT, ServerCredentials.createInsecure(), () => undefined);
}
process.on("SIGTERM", () => process.exit(0));
`;

/** For a workload's GRPC_MODULE. */
export const GRPC_MODULE = createRequire(import.meta.url).resolve("@grpc/grpc-js");

/** A packed bundle in a file of its own. */
export interface PackedBundle extends AsyncDisposable {
  readonly file: string;
  readonly digest: string;
}

/** An entry of a bundle. */
export interface BundleEntry {
  readonly name: string;
  readonly content?: string;
  readonly type?: "file" | "directory" | "symlink" | "link" | "character-device";
  readonly linkname?: string;
}

/** Packs entries as tar+gzip. */
export async function packBundle(entries: readonly BundleEntry[]): Promise<PackedBundle> {
  const directory = await mkdtemp(join(tmpdir(), "straightline-bundle-"));
  const file = join(directory, "bundle.tgz");
  const tar = pack();
  for (const { name, content = "", type = "file", linkname } of entries) {
    if (type === "file") tar.entry({ name, type }, content);
    else tar.entry({ name, type, ...(linkname === undefined ? {} : { linkname }) });
  }
  tar.finalize();
  await pipeline(tar, createGzip(), createWriteStream(file));
  return {
    file,
    digest: await fileDigest(file),
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
}

/** The tiny workload as a bundle. */
export function packTinyBundle(): Promise<PackedBundle> {
  const manifest = { runtime: "node", entrypoint: ["server.mjs"], readyPath: "/ready", statsPath: "/stats" };
  return packBundle([
    { name: "bundle.json", content: JSON.stringify(manifest) },
    { name: "server.mjs", content: TINY_SERVER },
  ]);
}

/** Puts the tiny workload into the object store; resolves to its digest. */
export async function storeTinyBundle(bus: BusConnection): Promise<string> {
  await using bundle = await packTinyBundle();
  await (await openArtifactStore(bus)).put(bundle.digest, bundle.file);
  return bundle.digest;
}
