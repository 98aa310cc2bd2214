import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { type Client, credentials, loadPackageDefinition, Metadata, type ServiceError, status } from "@grpc/grpc-js";
import type { ProtoGrpcType } from "../../proto/gen/grpc_service.js";
import type { GRPCInferenceServiceClient } from "../../proto/gen/inference/GRPCInferenceService.js";
import type { ModelInferRequest__Output } from "../../proto/gen/inference/ModelInferRequest.js";
import type { ModelInferResponse } from "../../proto/gen/inference/ModelInferResponse.js";
import { type RpcServer, startRpcServer } from "../../services/common/rpc/index.js";
import { loadProto } from "../../services/common/wire/index.js";
import { eventually } from "../support/eventually.js";
import { type GatewayUnderTest, placed, refused, startGatewayUnderTest } from "../support/gateway-harness.js";

const definition = loadProto(["inference/grpc_service.proto"]);
const { inference } = loadPackageDefinition(definition) as unknown as ProtoGrpcType;

interface InferCall {
  readonly request: ModelInferRequest__Output;
  readonly metadata: Metadata;
  sendMetadata(metadata: Metadata): void;
  on(event: "cancelled", listener: () => void): void;
}
type Infer = (call: InferCall, callback: (error: Partial<ServiceError> | null, response?: ModelInferResponse) => void) => void;

interface Answer {
  readonly error: ServiceError | undefined;
  readonly response: ModelInferResponse | undefined;
  readonly metadata: Metadata;
}

async function startInstance(infer: () => Infer): Promise<{ server: RpcServer; address: string }> {
  const server = await startRpcServer({
    host: "127.0.0.1",
    port: 0,
    tls: { certFile: "", keyFile: "", clientCaFile: "" },
    services: [
      {
        definition: inference.GRPCInferenceService.service,
        implementation: {
          ModelInfer: (call: InferCall, callback: Parameters<Infer>[1]) => infer()(call, callback),
          ModelMetadata: (call: { request: { name: string } }, callback: (error: null, response: object) => void) =>
            callback(null, { name: call.request.name, platform: "test" }),
        },
      },
    ],
    reflection: "inference",
    maxMessageBytes: 16 * 1024 * 1024,
  });
  return { server, address: `127.0.0.1:${server.port}` };
}

describe("the gateway over gRPC", () => {
  let sut: GatewayUnderTest;
  let client: GRPCInferenceServiceClient;
  let first: { server: RpcServer; address: string };
  let second: { server: RpcServer; address: string };
  let onFirst: Infer;
  const echo: Infer = ({ request }, callback) =>
    callback(null, { modelName: request.modelName, id: request.id, rawOutputContents: request.rawInputContents });

  before(async () => {
    first = await startInstance(() => onFirst);
    second = await startInstance(
      () =>
        ({ request }, callback) =>
          callback(null, { modelName: request.modelName, id: "second" }),
    );
    sut = await startGatewayUnderTest(() => placed("a", { grpc: first.address }), ["--max-body-bytes=8MiB"]);
    client = new inference.GRPCInferenceService(sut.grpcAddress, credentials.createInsecure());
  });
  after(async () => {
    (client as unknown as Client).close();
    await sut.stop();
    await first.server.drain(100);
    await second.server.drain(100);
  });
  beforeEach(() => {
    onFirst = echo;
    firstThenSecond(first.address);
  });

  /** Placement gives `address` first, and the second instance to those that exclude the first. */
  const firstThenSecond = (address: string, idempotent = false): void =>
    sut.placement.decide((place) =>
      place.constraints?.excludedInstanceIds.includes("a")
        ? placed("b", { grpc: second.address }, { idempotent })
        : placed("a", { grpc: address }, { idempotent }),
    );

  const infer = (
    modelName = "digits",
    { headers = {}, timeoutMs = 5000, bytes = 10 }: { headers?: Record<string, string>; timeoutMs?: number; bytes?: number } = {},
  ): Promise<Answer> => {
    const metadata = new Metadata();
    for (const [key, value] of Object.entries(headers)) metadata.set(key, value);
    return new Promise((resolve) => {
      let initial = new Metadata();
      const request = { modelName, id: "7", rawInputContents: [Buffer.alloc(bytes, 1)] };
      const call = client.ModelInfer(request, metadata, { deadline: Date.now() + timeoutMs }, (error, response) =>
        resolve({ error: error ?? undefined, response, metadata: initial }),
      );
      call.on("metadata", (received) => {
        initial = received;
      });
    });
  };
  const reportsOf = async (count: number, act: () => Promise<unknown>) => {
    await sut.placement.settled();
    const seen = sut.placement.reports.length;
    await act();
    return (await sut.placement.waitForReports(seen + count))
      .slice(seen)
      .map(({ placementId, outcome }) => [placementId, outcome]);
  };

  it("passes tracestate on only where the trace goes on", async () => {
    const seen: unknown[] = [];
    onFirst = (call, callback) => {
      seen.push(call.metadata.get("tracestate"));
      echo(call, callback);
    };
    const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    for (const headers of [{ traceparent }, {}, { traceparent: "none" }] as Record<string, string>[]) {
      await reportsOf(1, () => infer("digits", { headers: { ...headers, tracestate: "a=1" } }));
    }
    assert.deepEqual(seen, [["a=1"], [], []]);
  });

  it("forwards the bytes to the placed instance and says where they went", async () => {
    let traceparent: unknown;
    onFirst = (call, callback) => {
      traceparent = call.metadata.get("traceparent")[0];
      const initial = new Metadata();
      initial.set("straightline-service-ms", "9");
      call.sendMetadata(initial);
      echo(call, callback);
    };
    const traceId = "0af7651916cd43dd8448eb211c80319c";
    const headers = { traceparent: `00-${traceId}-b7ad6b7169203331-01`, "straightline-kinds": "vm" };
    const outcome = await reportsOf(1, async () => {
      const { response, metadata, error } = await infer("digits", { headers, bytes: 3 * 1024 * 1024 });
      assert.equal(error, undefined);
      assert.equal(response?.id, "7");
      assert.equal(response?.rawOutputContents?.[0]?.length, 3 * 1024 * 1024);
      assert.deepEqual(metadata.get("straightline-instance"), ["a"]);
      assert.deepEqual(metadata.get("straightline-trace-id"), [traceId]);
    });
    assert.deepEqual(outcome, [["p-a", "OUTCOME_OK"]]);
    const place = sut.placement.places.at(-1);
    assert.equal(place?.application, "digits");
    assert.ok((place?.data?.sizeBytes ?? 0) > 3 * 1024 * 1024);
    assert.deepEqual(place?.constraints?.kinds, ["NODE_KIND_VM"]);
    assert.ok((place?.deadlineMs ?? 0) <= 5000);
    assert.ok(String(traceparent).startsWith(`00-${traceId}-`));
    assert.equal(sut.placement.reports.at(-1)?.serviceMs, 9);
  });

  it("places elsewhere when the instance cannot be reached", async () => {
    const gone = await startInstance(() => echo);
    await gone.server.drain(100);
    firstThenSecond(gone.address);
    const outcomes = await reportsOf(2, async () => assert.equal((await infer()).response?.id, "second"));
    assert.deepEqual(outcomes, [
      ["p-a", "OUTCOME_INSTANCE_ERROR"],
      ["p-b", "OUTCOME_OK"],
    ]);
  });

  it("passes over instances without gRPC, and answers UNIMPLEMENTED when none has it", async () => {
    firstThenSecond("");
    assert.equal((await infer()).response?.id, "second");
    sut.placement.decide((place) =>
      place.constraints?.excludedInstanceIds.includes("a")
        ? refused("NEVER_FITS", status.FAILED_PRECONDITION, "every instance is excluded")
        : placed("a", { grpc: "" }),
    );
    const outcomes = await reportsOf(1, async () => assert.equal((await infer()).error?.code, status.UNIMPLEMENTED));
    assert.deepEqual(outcomes, [["p-a", "OUTCOME_CANCELLED"]]);
  });

  it("retries a request that a full instance refused, but not one that it may have executed", async () => {
    onFirst = (_, callback) => {
      const metadata = new Metadata();
      metadata.set("straightline-executed", "false");
      callback({ code: status.UNAVAILABLE, details: "full", metadata });
    };
    const outcomes = await reportsOf(2, async () => assert.equal((await infer()).response?.id, "second"));
    assert.deepEqual(outcomes[0], ["p-a", "OUTCOME_THROTTLED"]);
    onFirst = (_, callback) => callback({ code: status.UNAVAILABLE, details: "broken" });
    const { error } = await infer();
    assert.deepEqual([error?.code, error?.details], [status.UNAVAILABLE, "broken"]);
    firstThenSecond(first.address, true);
    assert.equal((await infer()).response?.id, "second");
  });

  it("passes the instance's own error on as it is", async () => {
    onFirst = (_, callback) => callback({ code: status.INVALID_ARGUMENT, details: "shape: must be [1, 3]" });
    const outcomes = await reportsOf(1, async () => {
      const { error, metadata } = await infer();
      assert.deepEqual([error?.code, error?.details], [status.INVALID_ARGUMENT, "shape: must be [1, 3]"]);
      assert.deepEqual(metadata.get("straightline-instance"), ["a"]);
    });
    assert.deepEqual(outcomes, [["p-a", "OUTCOME_CLIENT_ERROR"]]);
  });

  it("ends the instance's work at the deadline and reports a timeout", async () => {
    let cancelled = false;
    onFirst = (call) => call.on("cancelled", () => (cancelled = true));
    const outcomes = await reportsOf(1, async () => {
      const { error } = await infer("digits", { headers: { "straightline-deadline-ms": "150" } });
      assert.equal(error?.code, status.DEADLINE_EXCEEDED);
    });
    assert.deepEqual(outcomes, [["p-a", "OUTCOME_TIMEOUT"]]);
    await eventually(() => cancelled, { what: "the instance's call to be cancelled" });
  });

  it("reports a caller that goes away as cancelled", async () => {
    let seen = false;
    onFirst = () => {
      seen = true;
    };
    const outcomes = await reportsOf(1, async () => {
      const call = client.ModelInfer({ modelName: "digits" }, () => {});
      await eventually(() => seen, { what: "the request at the instance" });
      call.cancel();
    });
    assert.deepEqual(outcomes, [["p-a", "OUTCOME_CANCELLED"]]);
  });

  it("refuses a request without a model name, and a wrong option by name", async () => {
    const nameless = await infer("");
    assert.equal(nameless.error?.code, status.INVALID_ARGUMENT);
    assert.match(String(nameless.error?.details), /model_name/);
    const wrong = await infer("digits", { headers: { "straightline-kinds": "mainframe" } });
    assert.match(String(wrong.error?.details), /straightline-kinds.*mainframe/);
  });

  it("refuses a message above its limit", async () => {
    const { error } = await infer("digits", { bytes: 9 * 1024 * 1024 });
    assert.equal(error?.code, status.RESOURCE_EXHAUSTED);
  });

  it("answers the other methods", async () => {
    const ask = <T>(method: (callback: (error: unknown, response?: T) => void) => void): Promise<T | undefined> =>
      new Promise((resolve, reject) => method((error, response) => (error ? reject(error) : resolve(response))));
    assert.equal((await ask<{ live: boolean }>((done) => client.ServerLive({}, done)))?.live, true);
    assert.equal((await ask<{ ready: boolean }>((done) => client.ServerReady({}, done)))?.ready, true);
    assert.equal((await ask<{ name: string }>((done) => client.ServerMetadata({}, done)))?.name, "straightline-gateway");
    assert.equal((await ask<{ ready: boolean }>((done) => client.ModelReady({ name: "digits" }, done)))?.ready, true);
    const metadata = await ask<{ name: string; platform: string }>((done) => client.ModelMetadata({ name: "digits" }, done));
    assert.deepEqual([metadata?.name, metadata?.platform], ["digits", "test"]);
    assert.equal(sut.placement.places.at(-1)?.data?.sizeBytes, 0);
  });
});
