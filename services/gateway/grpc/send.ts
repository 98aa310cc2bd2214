import { type Client, type ClientUnaryCall, Metadata, type ServiceError, type StatusObject, status } from "@grpc/grpc-js";
import { StraightLineError } from "../../common/errors/index.js";
import { dropStrayTracestateOf, HEADER } from "../../common/observe/index.js";
import {
  type AttemptContext,
  type AttemptEnd,
  endedOutcome,
  type Failure,
  grpcFailure,
  grpcOutcome,
  isFronted,
  type Measured,
  type RequestScope,
} from "../forward/index.js";
import { ensureConnected, type InstanceChannels, isConnected } from "./channels.js";

/** One gRPC request under way. */
export interface GrpcExchange {
  /** Path of the method, for example /inference.GRPCInferenceService/ModelInfer. */
  readonly path: string;
  readonly bytes: Buffer;
  readonly metadata: Metadata;
  readonly scope: RequestScope;
  /** Gives the client its answer, whether good or the instance's own error. */
  readonly answer: (answer: GrpcAnswer) => void;
}

/** What an instance answered. */
export interface GrpcAnswer {
  /** Initial metadata. */
  readonly initial: Metadata;
  /** The message; undefined: an error. */
  readonly bytes: Buffer | undefined;
  readonly status: Pick<StatusObject, "code" | "details" | "metadata">;
}

/** What sending needs. */
export interface GrpcSendParts {
  readonly channels: InstanceChannels;
  readonly connectTimeoutMs: number;
  readonly now: () => number;
}

/** Statuses that grpc-js gives itself and an instance gives too; only the scope tells which. */
const SCOPE_STATUSES: ReadonlySet<number> = new Set([status.CANCELLED, status.DEADLINE_EXCEEDED]);

/** Sends a request to the placed instance and its answer to the client. */
export async function sendGrpc(parts: GrpcSendParts, exchange: GrpcExchange, context: AttemptContext): Promise<AttemptEnd> {
  const { grpcEndpoint, instanceId } = context.placement;
  if (grpcEndpoint === "") {
    const message = `instance ${instanceId} has no gRPC endpoint and no other could be used; call it over HTTP`;
    return { type: "unusable", error: new StraightLineError("UNSUPPORTED", message) };
  }
  const startedAtMs = parts.now();
  const measure = (answer?: GrpcAnswer): Measured => ({
    responseMs: parts.now() - startedAtMs,
    requestBytes: answer === undefined ? 0 : exchange.bytes.length,
    responseBytes: answer?.bytes?.length ?? 0,
    coldStartMs: metadataNumber(answer, HEADER.coldStartMs),
    serviceMs: metadataNumber(answer, HEADER.serviceMs),
  });
  const client = parts.channels.get(context.placement);
  const timeoutMs = Math.min(parts.connectTimeoutMs, exchange.scope.remainingMs() ?? Number.POSITIVE_INFINITY);
  if (!(await connect(client, timeoutMs, context))) return endOf(exchange, context, "unreachable", measure(), undefined);
  const answer = await call(client, exchange, context);
  const executed = metadataText(answer, HEADER.executed);
  const failure = grpcFailure(answer.status.code, executed);
  if (SCOPE_STATUSES.has(answer.status.code) && exchange.scope.ended() !== undefined) {
    return endOf(exchange, context, "failed", measure(answer), answer);
  }
  if (failure === "unreachable") return endOf(exchange, context, failure, measure(), undefined);
  if (failure !== undefined && context.mayRetry(failure, true)) return endOf(exchange, context, failure, measure(answer), answer);
  exchange.answer(answer);
  return {
    type: "answered",
    outcome: grpcOutcome(answer.status.code, executed),
    measured: measure(answer),
    status: statusName(answer.status.code),
  };
}

/** As ensureConnected, in a span where the channel is not connected yet. */
async function connect(client: Client, timeoutMs: number, { beginConnect }: AttemptContext): Promise<boolean> {
  const span = beginConnect === undefined || isConnected(client) ? undefined : beginConnect();
  const connected = await ensureConnected(client, timeoutMs);
  if (!connected) span?.fail("INSTANCE_UNAVAILABLE");
  span?.end();
  return connected;
}

function endOf(
  { scope }: GrpcExchange,
  context: AttemptContext,
  failure: Failure,
  measured: Measured,
  answer: GrpcAnswer | undefined,
): AttemptEnd {
  const ended = scope.ended();
  if (ended !== undefined) return { type: "failed", outcome: endedOutcome(ended), measured, error: ended };
  const { instanceId } = context.placement;
  const outcome = failure === "refused" ? "OUTCOME_THROTTLED" : "OUTCOME_INSTANCE_ERROR";
  const what = answer === undefined ? "cannot be reached" : `answered ${statusName(answer.status.code)}`;
  const code = failure === "refused" ? "NO_CAPACITY" : "INSTANCE_UNAVAILABLE";
  const error = new StraightLineError(code, `instance ${instanceId} ${what} and no other could be used`);
  return { type: context.mayRetry(failure, true) ? "retry" : "failed", outcome, measured, error };
}

function call(client: Client, exchange: GrpcExchange, context: AttemptContext): Promise<GrpcAnswer> {
  const { scope, path, bytes } = exchange;
  const remainingMs = scope.remainingMs();
  const same = (buffer: Buffer): Buffer => buffer;
  return new Promise((resolve) => {
    let initial = new Metadata();
    let message: Buffer | undefined;
    const options = remainingMs === undefined ? {} : { deadline: Date.now() + remainingMs };
    const finished = (error: ServiceError | null, response?: Buffer): void => {
      message = response;
      if (error !== null) settle(error);
    };
    const metadata = forwardedMetadata(exchange, context, remainingMs);
    const upstream: ClientUnaryCall = client.makeUnaryRequest(path, same, same, bytes, metadata, options, finished);
    const abort = (): void => upstream.cancel();
    const settle = (ended: Pick<StatusObject, "code" | "details" | "metadata">): void => {
      scope.signal.removeEventListener("abort", abort);
      resolve({ initial, bytes: message, status: ended });
    };
    upstream.on("metadata", (received) => {
      initial = received;
    });
    upstream.on("status", (ended) => {
      if (ended.code === status.OK) settle(ended);
    });
    if (scope.signal.aborted) abort();
    else scope.signal.addEventListener("abort", abort);
  });
}

function forwardedMetadata(
  { metadata }: GrpcExchange,
  { placement, traceparent }: AttemptContext,
  remainingMs: number | undefined,
): Metadata {
  const forwarded = metadata.clone();
  for (const key of Object.keys(forwarded.getMap())) if (key.startsWith("straightline-")) forwarded.remove(key);
  dropStrayTracestateOf(forwarded, metadata);
  forwarded.set("traceparent", traceparent);
  forwarded.set(HEADER.placementId, placement.placementId);
  if (isFronted(placement)) forwarded.set(HEADER.instance, placement.instanceId);
  if (remainingMs !== undefined) forwarded.set(HEADER.deadlineMs, String(Math.max(1, Math.floor(remainingMs))));
  return forwarded;
}

/** A value that an instance may have put in its initial or its trailing metadata. */
function metadataText(answer: GrpcAnswer | undefined, key: string): string | undefined {
  const value = answer?.initial.get(key)[0] ?? answer?.status.metadata.get(key)[0];
  return value === undefined ? undefined : String(value);
}

function metadataNumber(answer: GrpcAnswer | undefined, key: string): number {
  const number = Number(metadataText(answer, key) ?? 0);
  return Number.isFinite(number) && number > 0 ? number : 0;
}

function statusName(code: number): string {
  return status[code] ?? String(code);
}
