import type { Metadata, ServerUnaryCall } from "@grpc/grpc-js";
import type { GRPCInferenceServiceHandlers } from "../../../proto/gen/inference/GRPCInferenceService.js";
import type { ModelInferRequest__Output as ModelInferRequest } from "../../../proto/gen/inference/ModelInferRequest.js";
import type { ModelInferResponse } from "../../../proto/gen/inference/ModelInferResponse.js";
import type { ModelMetadataResponse } from "../../../proto/gen/inference/ModelMetadataResponse.js";
import { HEADER, inRpcSpan, type Logger, rpcAttributes, type TraceSpan, type Tracing } from "../../common/observe/index.js";
import type { ModelMetadata } from "../models/index.js";
import { SERVER_METADATA } from "../server-metadata.js";
import { type InferenceService, startDeadline, startRequestSpan } from "../serving/index.js";
import { beginOf } from "./call-begins.js";
import { encodeInferMessage, parseInferMessage } from "./messages.js";
import { unary } from "./unary.js";

/** What the gRPC side is made of. */
export interface GrpcParts {
  readonly service: InferenceService;
  readonly tracing: Tracing;
  readonly log: Logger;
  /** Longest that a request may take, milliseconds; a caller's deadline may only shorten it. */
  readonly timeoutMs: number;
}

type InferCall = ServerUnaryCall<ModelInferRequest, ModelInferResponse>;

/** The six methods of the protocol's gRPC side. */
export function createGrpcImplementation(parts: GrpcParts): GRPCInferenceServiceHandlers {
  const { service, log } = parts;
  return {
    ServerLive: unary(log, () => ({ live: true })),
    ServerReady: unary(log, () => ({ ready: service.ready })),
    ServerMetadata: unary(log, () => ({ ...SERVER_METADATA, extensions: [...SERVER_METADATA.extensions] })),
    ModelReady: unary(log, ({ request }) => {
      service.model(request.name, request.version);
      return { ready: service.ready };
    }),
    ModelMetadata: unary(log, ({ request }) => metadataMessage(service.model(request.name, request.version).metadata)),
    ModelInfer: unary(log, (call, trailer) => traced(parts, call, trailer, (span) => infer(parts, call, trailer, span))),
  };
}

async function traced(
  parts: GrpcParts,
  call: InferCall,
  trailer: Metadata,
  work: (span: TraceSpan) => Promise<ModelInferResponse>,
): Promise<ModelInferResponse> {
  const traceparent = call.metadata.get("traceparent")[0];
  const parent = typeof traceparent === "string" ? traceparent : undefined;
  const span = startRequestSpan(parts.tracing, parent, call.request.modelName, beginOf(call.metadata));
  trailer.set(HEADER.traceId, span.traceId);
  span.set(rpcAttributes("GRPCInferenceService/ModelInfer", "inference"));
  return inRpcSpan(span, work);
}

async function infer(parts: GrpcParts, call: InferCall, trailer: Metadata, span: TraceSpan): Promise<ModelInferResponse> {
  const { request } = call;
  const model = parts.service.model(request.modelName, request.modelVersion);
  const deadline = startDeadline(requestTimeoutMs(parts, call));
  call.once("cancelled", deadline.cancel);
  try {
    const read = async () => parseInferMessage(request);
    const { outputs, serviceMs } = await parts.service.infer({
      model,
      read,
      readSinceMs: beginOf(call.metadata),
      deadline,
      span,
    });
    trailer.set(HEADER.serviceMs, serviceMs.toFixed(3));
    return encodeInferMessage(request, model.metadata, outputs);
  } finally {
    deadline.clear();
  }
}

/** A deadline that has passed on the way still gets a timer: it ends the request at once. */
function requestTimeoutMs({ timeoutMs }: GrpcParts, call: InferCall): number {
  const leftMs = Number(call.getDeadline()) - Date.now();
  return Math.min(timeoutMs, Math.max(0, leftMs));
}

function metadataMessage({ name, versions, platform, inputs, outputs }: ModelMetadata): ModelMetadataResponse {
  const tensors = (list: ModelMetadata["inputs"]) => list.map((tensor) => ({ ...tensor, shape: [...tensor.shape] }));
  return { name, versions: [...versions], platform, inputs: tensors(inputs), outputs: tensors(outputs) };
}
