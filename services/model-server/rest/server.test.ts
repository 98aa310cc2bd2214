import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { createLogger, createMetrics, passThroughTracing } from "../../common/observe/index.js";
import type { InferenceContext, Model } from "../models/index.js";
import { createInferenceService, type InferenceService } from "../serving/index.js";
import type { Tensor } from "../tensors/index.js";
import { type RestServer, startRestServer } from "./server.js";

const TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
const MAX_BODY_BYTES = 1000;

/** Tells the size of its one image; "wait" waits for its deadline, "crash" throws what no client should read. */
function sizeModel(): Model {
  const infer = async (
    inputs: readonly Tensor[],
    _wanted: readonly string[],
    { signal }: InferenceContext,
  ): Promise<Tensor[]> => {
    const image = Buffer.from((inputs[0]?.data[0] as Uint8Array | undefined) ?? []);
    if (image.toString() === "crash") throw new Error("secret of the server");
    if (image.toString() === "wait") {
      await new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    }
    return [{ name: "label", datatype: "BYTES", shape: [1], data: [Buffer.from(String(image.byteLength))] }];
  };
  const metadata = { name: "size", versions: ["1"], platform: "test", inputs: [], outputs: [] };
  return { metadata, infer, warmUp: () => Promise.resolve(), release: () => Promise.resolve() };
}

let service: InferenceService;
let server: RestServer;

before(async () => {
  const tracing = passThroughTracing();
  const slots = { concurrency: 1, queueLimit: 0 };
  service = createInferenceService({
    models: new Map([["size", sizeModel()]]),
    tracing,
    metrics: createMetrics(),
    slots,
    now: () => performance.now(),
  });
  const limits = { maxBodyBytes: MAX_BODY_BYTES, timeoutMs: 5000 };
  server = await startRestServer({
    ...limits,
    service,
    tracing,
    log: createLogger("test", "silent"),
    host: "127.0.0.1",
    port: 0,
  });
});

after(() => server.close());

function request(path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(`http://127.0.0.1:${server.port}${path}`, init);
}

function infer(body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}): Promise<Response> {
  return request("/v2/models/size/infer", { method: "POST", body, headers: { "content-type": "image/png", ...headers } });
}

async function errorOf(response: Response): Promise<{ status: number; code: string; error: string; executed: string | null }> {
  const { code, error } = (await response.json()) as { code: string; error: string };
  return { status: response.status, code, error, executed: response.headers.get("straightline-executed") };
}

test("an image gets an answer with the time it took and the caller's trace id", async () => {
  const response = await infer("12345", { traceparent: `00-${TRACE_ID}-b7ad6b7169203331-01` });
  const { outputs } = (await response.json()) as { outputs: unknown };
  assert.deepEqual(outputs, [{ name: "label", datatype: "BYTES", shape: [1], data: ["5"] }]);
  assert.ok(Number(response.headers.get("straightline-service-ms")) >= 0);
  assert.equal(response.headers.get("straightline-trace-id"), TRACE_ID);
});

test("a compressed body is read", async () => {
  const response = await infer(new Uint8Array(gzipSync("1234567")), { "content-encoding": "gzip" });
  assert.match(await response.text(), /"data":\["7"\]/);
});

test("a body above the limit is refused, announced or not, compressed or not", async () => {
  const large = new Uint8Array(MAX_BODY_BYTES + 1);
  const chunked = new ReadableStream({
    start(controller) {
      controller.enqueue(large);
      controller.close();
    },
  });
  const streamed = { method: "POST", body: chunked, duplex: "half", headers: { "content-type": "image/png" } } as RequestInit;
  const responses = [
    await infer(large),
    await request("/v2/models/size/infer", streamed),
    await infer(new Uint8Array(gzipSync(large)), { "content-encoding": "gzip" }),
  ];
  for (const response of responses) {
    const { status, code, error } = await errorOf(response);
    assert.deepEqual([status, code], [413, "BODY_TOO_LARGE"]);
    assert.match(error, /more than 1000 bytes/);
  }
});

const BAD = [
  { what: "an unknown model", path: "/v2/models/other/infer", headers: {}, status: 404, code: "UNKNOWN_MODEL" },
  { what: "an unknown path", path: "/v3", headers: {}, status: 404, code: "UNKNOWN_ROUTE" },
  {
    what: "an unknown encoding",
    path: "/v2/models/size/infer",
    headers: { "content-encoding": "br" },
    status: 400,
    code: "INVALID_REQUEST",
  },
  {
    what: "broken gzip",
    path: "/v2/models/size/infer",
    headers: { "content-encoding": "gzip" },
    status: 400,
    code: "INVALID_REQUEST",
  },
  {
    what: "a deadline that is no number",
    path: "/v2/models/size/infer",
    headers: { "straightline-deadline-ms": "soon" },
    status: 400,
    code: "INVALID_REQUEST",
  },
  {
    what: "a deadline in the past",
    path: "/v2/models/size/infer",
    headers: { "straightline-deadline-ms": "-5" },
    status: 400,
    code: "INVALID_REQUEST",
  },
  {
    what: "text that is not JSON",
    path: "/v2/models/size/infer",
    headers: { "content-type": "text/plain" },
    status: 400,
    code: "INVALID_REQUEST",
  },
];
for (const { what, path, headers, status, code } of BAD) {
  test(`${what} is answered with ${status} ${code}`, async () => {
    const response = await request(path, { method: "POST", body: "x", headers: { "content-type": "image/png", ...headers } });
    const found = await errorOf(response);
    assert.deepEqual([found.status, found.code], [status, code]);
  });
}

test("a fault of the server is answered without its message", async () => {
  const found = await errorOf(await infer("crash"));
  assert.deepEqual([found.status, found.code, found.error], [500, "INTERNAL", "internal error"]);
});

test("a request beyond slots and queue is refused as not executed; the running one ends by its deadline", async () => {
  const running = infer("wait", { "straightline-deadline-ms": "300" });
  while (service.stats().inFlight === 0) await new Promise((resolve) => setImmediate(resolve));
  const refused = await errorOf(await infer("x"));
  assert.deepEqual([refused.status, refused.code, refused.executed], [503, "OVERLOADED", "false"]);
  const late = await errorOf(await running);
  assert.deepEqual([late.status, late.code, late.executed], [504, "DEADLINE_EXCEEDED", null]);
});

test("a caller that goes away frees its slot", async () => {
  const controller = new AbortController();
  const gone = request("/v2/models/size/infer", {
    method: "POST",
    body: "wait",
    headers: { "content-type": "image/png" },
    signal: controller.signal,
  });
  while (service.stats().inFlight === 0) await new Promise((resolve) => setImmediate(resolve));
  controller.abort();
  await assert.rejects(gone);
  while (service.stats().inFlight > 0) await new Promise((resolve) => setImmediate(resolve));
  assert.match(await (await infer("12")).text(), /"data":\["2"\]/);
});

test("while draining, readiness and new requests are refused, liveness is not", async () => {
  await service.drain();
  assert.equal((await request("/v2/health/live")).status, 200);
  assert.equal((await request("/v2/health/ready")).status, 503);
  assert.equal((await request("/v2/models/size/ready")).status, 503);
  const refused = await errorOf(await infer("x"));
  assert.deepEqual([refused.status, refused.code, refused.executed], [503, "DRAINING", "false"]);
});
