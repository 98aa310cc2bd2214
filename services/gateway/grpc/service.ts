import { Metadata, type ServerUnaryCall, type sendUnaryData, status, type UntypedServiceImplementation } from "@grpc/grpc-js";
import type { ModelReadyRequest__Output } from "../../../proto/gen/inference/ModelReadyRequest.js";
import type { ModelReadyResponse } from "../../../proto/gen/inference/ModelReadyResponse.js";
import { assertApplicationName } from "../../common/bus/index.js";
import { causeChain, StraightLineError } from "../../common/errors/index.js";
import {
  ATTRIBUTE,
  HEADER,
  inRpcSpan,
  type LogFields,
  type Logger,
  METRIC,
  rpcAttributes,
  SPAN,
  type TraceSpan,
  traceFields,
} from "../../common/observe/index.js";
import { createHandlers, toGrpcStatus } from "../../common/rpc/index.js";
import {
  type Admission,
  createScope,
  type ForwardParts,
  forward,
  grpcTarget,
  parseRequestOptions,
  placementHeaders,
  type RequestScope,
} from "../forward/index.js";
import { askModelReady } from "../model-ready.js";
import { SERVER_METADATA } from "../server-metadata.js";
import { methodPath } from "./definition.js";
import { readModelName } from "./model-name.js";
import { type GrpcAnswer, type GrpcSendParts, sendGrpc } from "./send.js";

/** What answering gRPC needs. */
export interface GrpcParts extends ForwardParts, GrpcSendParts {
  readonly admission: Admission;
  readonly log: Logger;
}

/** So much of a wrong name is repeated in the error. */
const MAX_SHOWN_NAME = 120;

type RawCall = ServerUnaryCall<Buffer, Buffer>;
type RawCallback = sendUnaryData<Buffer>;

/** One call and what is made for it. */
interface Call {
  readonly call: RawCall;
  readonly callback: RawCallback;
  readonly scope: RequestScope;
  readonly span: TraceSpan;
  /** Initial metadata of our own. */
  readonly own: Record<string, string>;
}

/** The six methods of the protocol. */
export function createInferenceService(parts: GrpcParts): UntypedServiceImplementation {
  const { unary } = createHandlers(parts.log, parts.metrics);
  return {
    ServerLive: unary(() => ({ live: true })),
    ServerReady: unary(async () => ({ ready: !parts.admission.refusing && (await parts.placement.serving()) })),
    ServerMetadata: unary(() => SERVER_METADATA),
    ModelReady: unary<ModelReadyRequest__Output, ModelReadyResponse>(async ({ name }, { traceparent }) => {
      const scope = createScope(parts.now);
      const attributes = { ...methodAttributes("ModelReady"), [ATTRIBUTE.application]: name };
      const span = parts.tracing.start(SPAN.gatewayRequest, { role: "server", parent: traceparent, attributes });
      return inRpcSpan(span, async () => {
        await askModelReady(parts, name, scope, span);
        return { ready: true };
      });
    }),
    ModelMetadata: rawHandler(parts, "ModelMetadata", 0),
    ModelInfer: rawHandler(parts, "ModelInfer", undefined),
  };
}

/** Forwards a method's bytes; `sizeBytes` is what placement is told, by default their number. */
function rawHandler(parts: GrpcParts, method: string, sizeBytes: number | undefined) {
  const durations = parts.metrics.histogram(METRIC.rpcDuration);
  return (raw: RawCall, callback: RawCallback): void => {
    const startedMs = performance.now();
    const call = beginCall(parts, method, raw, (error, ...answer) => {
      const code = status[error?.code ?? status.OK] ?? "UNKNOWN_INSTANCE";
      call.span.set({ [ATTRIBUTE.rpcStatus]: code });
      durations.record((performance.now() - startedMs) / 1000, "grpc", methodPath(method).slice(1), code);
      callback(error, ...answer);
    });
    forwardAdmitted(parts, call, method, sizeBytes ?? raw.request.length)
      .catch((thrown) => failCall(parts, call, StraightLineError.from(thrown)))
      .finally(() => {
        call.scope.close();
        call.span.end();
      });
  };
}

function beginCall(parts: GrpcParts, method: string, call: RawCall, callback: RawCallback): Call {
  const span = parts.tracing.start(SPAN.gatewayRequest, {
    role: "server",
    keepable: true,
    parent: metadataText(call.metadata, "traceparent"),
    attributes: {
      ...methodAttributes(method),
      [ATTRIBUTE.httpBodyBytes]: call.request.length,
    },
  });
  const scope = createScope(parts.now);
  call.on("cancelled", () => scope.cancel());
  return { call, callback, scope, span, own: { [HEADER.traceId]: span.traceId } };
}

function methodAttributes(method: string): Readonly<Record<string, string>> {
  return rpcAttributes(`GRPCInferenceService/${method}`, "inference");
}

async function forwardAdmitted(parts: GrpcParts, call: Call, method: string, sizeBytes: number): Promise<void> {
  const leave = parts.admission.enter();
  try {
    await forwardGrpc(parts, call, method, sizeBytes);
  } finally {
    leave();
  }
}

async function forwardGrpc(
  parts: GrpcParts,
  { call, callback, scope, span, own }: Call,
  method: string,
  sizeBytes: number,
): Promise<void> {
  const application = readModelName(call.request);
  assertApplicationName("model_name", application.slice(0, MAX_SHOWN_NAME));
  const options = parseRequestOptions((name) => metadataText(call.metadata, name));
  const callDeadlineMs = Number(call.getDeadline()) - Date.now();
  const deadlineMs = Math.min(options.deadlineMs ?? Number.POSITIVE_INFINITY, callDeadlineMs);
  if (Number.isFinite(deadlineMs)) scope.setDeadline(Math.max(1, deadlineMs));
  span.set({ [ATTRIBUTE.application]: application });
  const exchange = {
    path: methodPath(method),
    bytes: call.request,
    metadata: call.metadata,
    scope,
    answer: (answer: GrpcAnswer) => relay(call, callback, own, answer),
  };
  await forward(parts, {
    application,
    sizeBytes,
    contentType: "application/grpc",
    options,
    idempotent: false,
    scope,
    span,
    target: ({ grpcEndpoint }) => grpcTarget(method, grpcEndpoint),
    onPlaced: (placement, attempts) => Object.assign(own, placementHeaders(placement, attempts)),
    send: (context) => sendGrpc(parts, exchange, context),
  });
}

function relay(call: RawCall, callback: RawCallback, own: Record<string, string>, answer: GrpcAnswer): void {
  const initial = answer.initial.clone();
  setAll(initial, own);
  call.sendMetadata(initial);
  if (answer.bytes === undefined) callback(answer.status);
  else callback(null, answer.bytes, answer.status.metadata);
}

function failCall({ log }: GrpcParts, { call, callback, span, own }: Call, error: StraightLineError): void {
  span.fail(error.code, error.message);
  const facts: LogFields = { ...traceFields(span.traceparent), code: error.code, path: call.getPath(), chain: causeChain(error) };
  if (error.code === "INTERNAL") log.error(facts, "request failed");
  else log.debug(facts, "request refused");
  const initial = new Metadata();
  setAll(initial, own);
  call.sendMetadata(initial);
  callback(toGrpcStatus(error));
}

function setAll(metadata: Metadata, values: Readonly<Record<string, string>>): void {
  for (const [key, value] of Object.entries(values)) metadata.set(key, value);
}

function metadataText(metadata: Metadata, key: string): string | undefined {
  const value = metadata.get(key)[0];
  return value === undefined ? undefined : String(value);
}
