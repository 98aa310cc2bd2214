import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { credentials, loadPackageDefinition, Metadata, type ServiceError, status } from "@grpc/grpc-js";
import type { ProtoGrpcType } from "../../../proto/gen/grpc_service.js";
import type { GRPCInferenceServiceClient } from "../../../proto/gen/inference/GRPCInferenceService.js";
import type { ModelInferRequest } from "../../../proto/gen/inference/ModelInferRequest.js";
import type { ModelInferResponse__Output as ModelInferResponse } from "../../../proto/gen/inference/ModelInferResponse.js";
import { createLogger, createMetrics, passThroughTracing } from "../../common/observe/index.js";
import { loadProto, protoDirectory } from "../../common/wire/index.js";
import type { Model } from "../models/index.js";
import { createInferenceService, type InferenceService } from "../serving/index.js";
import { type GrpcServer, startGrpcServer } from "./server.js";

const TRACE_ID = "0af7651916cd43dd8448eb211c80319c";

/** Gives back its inputs; an input of the name "wait" waits for its deadline, "crash" throws what no client should read. */
function echoModel(): Model {
  const infer: Model["infer"] = async (inputs, _wanted, { signal }) => {
    if (inputs[0]?.name === "crash") throw new Error("secret of the server");
    if (inputs[0]?.name === "wait") {
      await new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    }
    return inputs;
  };
  const metadata = { name: "echo", versions: ["1"], platform: "test", inputs: [], outputs: [] };
  return { metadata, infer, warmUp: () => Promise.resolve(), release: () => Promise.resolve() };
}

let service: InferenceService;
let server: GrpcServer;
let client: GRPCInferenceServiceClient;

before(async () => {
  const tracing = passThroughTracing();
  const slots = { concurrency: 1, queueLimit: 0 };
  service = createInferenceService({
    models: new Map([["echo", echoModel()]]),
    tracing,
    metrics: createMetrics(),
    slots,
    now: () => performance.now(),
  });
  const limits = { maxMessageBytes: 1000, timeoutMs: 5000, protoDirectory: protoDirectory() };
  server = await startGrpcServer({
    ...limits,
    service,
    tracing,
    log: createLogger("test", "silent"),
    host: "127.0.0.1",
    port: 0,
  });
  const { inference } = loadPackageDefinition(loadProto(["inference/grpc_service.proto"])) as unknown as ProtoGrpcType;
  client = new inference.GRPCInferenceService(`127.0.0.1:${server.port}`, credentials.createInsecure());
});

after(async () => {
  client.close();
  await server.close(1000);
});

interface Outcome {
  readonly error: ServiceError | null;
  readonly response: ModelInferResponse | undefined;
  readonly trailer: Metadata;
}

function infer(request: ModelInferRequest, deadlineMs = 5000): Promise<Outcome> {
  const metadata = new Metadata();
  metadata.set("traceparent", `00-${TRACE_ID}-b7ad6b7169203331-01`);
  return new Promise((resolve) => {
    let outcome: Omit<Outcome, "trailer">;
    const options = { deadline: Date.now() + deadlineMs };
    const call = client.ModelInfer({ modelName: "echo", ...request }, metadata, options, (error, response) => {
      outcome = { error, response };
    });
    call.on("status", ({ metadata: trailer }) => setImmediate(() => resolve({ ...outcome, trailer })));
  });
}

test("a typed request gets a typed answer, with time and trace id in the trailer", async () => {
  const inputs = [{ name: "x", datatype: "FP32", shape: [2], contents: { fp32Contents: [1.5, 2] } }];
  const { response, trailer } = await infer({ id: "7", inputs });
  assert.equal(response?.id, "7");
  assert.deepEqual(response?.outputs[0]?.contents?.fp32Contents, [1.5, 2]);
  assert.deepEqual(response?.rawOutputContents, []);
  assert.ok(Number(trailer.get("straightline-service-ms")[0]) >= 0);
  assert.deepEqual(trailer.get("straightline-trace-id"), [TRACE_ID]);
});

test("a raw request gets a raw answer", async () => {
  const inputs = [{ name: "image", datatype: "BYTES", shape: [1] }];
  const { response } = await infer({ inputs, rawInputContents: [Buffer.from("0100000061", "hex")] });
  assert.equal(response?.outputs[0]?.contents, null);
  assert.deepEqual(
    response?.rawOutputContents.map((raw) => raw.toString("hex")),
    ["0100000061"],
  );
});

const FLOAT = { name: "x", datatype: "FP32", shape: [1] };
const BAD: { what: string; request: ModelInferRequest; code: number; message: RegExp }[] = [
  { what: "an unknown model", request: { modelName: "other" }, code: status.NOT_FOUND, message: /no model "other"/ },
  { what: "an unknown version", request: { modelVersion: "9" }, code: status.NOT_FOUND, message: /no version "9"/ },
  {
    what: "an input without contents",
    request: { inputs: [FLOAT] },
    code: status.INVALID_ARGUMENT,
    message: /inputs\.x\.contents\.fp32_contents: 0 elements/,
  },
  {
    what: "raw contents for half of the inputs",
    request: { inputs: [FLOAT, FLOAT], rawInputContents: [Buffer.alloc(4)] },
    code: status.INVALID_ARGUMENT,
    message: /raw_input_contents: 1 entries for 2 inputs/,
  },
  {
    what: "raw and typed contents at once",
    request: { inputs: [{ ...FLOAT, contents: { fp32Contents: [1] } }], rawInputContents: [Buffer.alloc(4)] },
    code: status.INVALID_ARGUMENT,
    message: /then no contents/,
  },
  {
    what: "an unknown datatype",
    request: { inputs: [{ ...FLOAT, datatype: "FP8" }] },
    code: status.INVALID_ARGUMENT,
    message: /"FP8" is not taken/,
  },
  {
    what: "a fault of the server",
    request: { inputs: [{ ...FLOAT, name: "crash", contents: { fp32Contents: [1] } }] },
    code: status.INTERNAL,
    message: /internal error$/,
  },
];
for (const { what, request, code, message } of BAD) {
  test(`${what} is answered with ${status[code]}`, async () => {
    const { error } = await infer(request);
    assert.equal(error?.code, code);
    assert.match(error?.details ?? "", message);
  });
}

test("a message above the limit is refused", async () => {
  const { error } = await infer({ rawInputContents: [Buffer.alloc(100_000)] });
  assert.equal(error?.code, status.RESOURCE_EXHAUSTED);
});

test("a request beyond slots and queue is refused as not executed, and the caller's deadline ends the running one", async () => {
  const running = infer({ inputs: [{ ...FLOAT, name: "wait", contents: { fp32Contents: [1] } }] }, 300);
  while (service.stats().inFlight === 0) await new Promise((resolve) => setImmediate(resolve));
  const { error, trailer } = await infer({});
  assert.equal(error?.code, status.UNAVAILABLE);
  assert.deepEqual(trailer.get("straightline-executed"), ["false"]);
  assert.equal((await running).error?.code, status.DEADLINE_EXCEEDED);
  while (service.stats().inFlight > 0) await new Promise((resolve) => setImmediate(resolve));
});

test("a port that is taken is told as such", async () => {
  const tracing = passThroughTracing();
  const limits = { maxMessageBytes: 1000, timeoutMs: 5000, protoDirectory: protoDirectory() };
  const parts = { ...limits, service, tracing, log: createLogger("test", "silent") };
  await assert.rejects(startGrpcServer({ ...parts, host: "127.0.0.1", port: server.port }), { code: "PORT_IN_USE" });
});
