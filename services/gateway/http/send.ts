import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Dispatcher } from "undici";
import { StraightLineError, systemCode } from "../../common/errors/index.js";
import { HEADER } from "../../common/observe/index.js";
import {
  type AttemptContext,
  type AttemptEnd,
  endedOutcome,
  type Failure,
  httpFailure,
  httpOutcome,
  isFronted,
  type Measured,
  type RequestScope,
} from "../forward/index.js";
import type { RequestBody } from "./body.js";
import { startConnecting } from "./connecting.js";
import type { InstancePools } from "./pools.js";
import { requestHeaders, responseHeaders } from "./proxy-headers.js";

/** One HTTP request under way. */
export interface HttpExchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Path and query that the instance sees. */
  readonly path: string;
  readonly prefix: string;
  readonly body: RequestBody;
  readonly scope: RequestScope;
  /** Headers of our own for the answer; kept up to date as the request is placed. */
  readonly ownHeaders: Readonly<Record<string, string>>;
}

/** What sending needs. */
export interface HttpSendParts {
  readonly pools: InstancePools;
  readonly now: () => number;
}

/** An answer that is thrown away is read up to this size and for this long, so that its connection can be used again. */
const DUMP_BYTES = 64 * 1024;
const DUMP_MS = 100;

/** Sends a request to the placed instance and its answer to the client. */
export async function sendHttp(parts: HttpSendParts, exchange: HttpExchange, context: AttemptContext): Promise<AttemptEnd> {
  const startedAtMs = parts.now();
  const measure = (answer?: { headers: IncomingHttpHeaders; bytes: number }): Measured => ({
    responseMs: parts.now() - startedAtMs,
    requestBytes: exchange.body.sentBytes,
    responseBytes: answer?.bytes ?? 0,
    coldStartMs: headerNumber(answer?.headers[HEADER.coldStartMs]),
    serviceMs: headerNumber(answer?.headers[HEADER.serviceMs]),
  });
  let answer: Dispatcher.ResponseData;
  try {
    answer = await request(parts.pools, exchange, context);
  } catch (error) {
    return noAnswer(exchange, context, error, measure());
  }
  const executed = headerText(answer.headers[HEADER.executed]);
  const failure = httpFailure(answer.statusCode, executed);
  if (failure === "unreachable") {
    await dump(answer);
    return notSent(exchange, context, frontRefusal(answer), failure, measure());
  }
  if (failure !== undefined && context.mayRetry(failure, exchange.body.replayable())) {
    await dump(answer);
    const outcome = httpOutcome(answer.statusCode, executed);
    return {
      type: "retry",
      outcome,
      measured: measure({ headers: answer.headers, bytes: 0 }),
      error: badAnswer(context, failure, answer),
    };
  }
  exchange.body.release();
  const relayed = await relay(exchange, answer);
  const measured = measure({ headers: answer.headers, bytes: relayed.bytes });
  const outcome = relayed.complete ? httpOutcome(answer.statusCode, executed) : brokenOutcome(exchange);
  return { type: "answered", outcome, measured, status: answer.statusCode };
}

function request(pools: InstancePools, exchange: HttpExchange, context: AttemptContext): Promise<Dispatcher.ResponseData> {
  const { body, scope } = exchange;
  const endpoint = new URL(context.placement.httpEndpoint);
  const hasBody = body.sizeBytes > 0 || exchange.request.headers["content-length"] !== undefined;
  const headers = requestHeaders(exchange.request, {
    sizeBytes: body.sizeBytes,
    hasBody,
    prefix: exchange.prefix,
    traceparent: context.traceparent,
    placementId: context.placement.placementId,
    instanceId: isFronted(context.placement) ? context.placement.instanceId : undefined,
    remainingMs: scope.remainingMs(),
  });
  const pool = pools.get(context.placement);
  const connecting = body.sizeBytes === 0 ? undefined : startConnecting(pool, context);
  const bytes = (): AsyncIterable<Buffer> => connecting?.endedBy(body.open()) ?? body.open();
  const answer = pool.request({
    method: exchange.request.method as Dispatcher.HttpMethod,
    path: `${endpoint.pathname.replace(/\/$/, "")}${exchange.path}`,
    headers,
    body: body.sizeBytes === 0 ? null : Readable.from(bytes(), { objectMode: false }),
    signal: scope.signal,
  });
  if (connecting !== undefined) answer.catch(() => connecting.fail(scope.ended()?.code ?? "INSTANCE_UNAVAILABLE"));
  return answer;
}

function noAnswer(exchange: HttpExchange, context: AttemptContext, error: unknown, measured: Measured): AttemptEnd {
  const ended = exchange.scope.ended() ?? (exchange.body.broken() ? clientGone() : undefined);
  if (ended !== undefined) return { type: "failed", outcome: endedOutcome(ended), measured, error: ended };
  if (systemCode(error) === "UND_ERR_INVALID_ARG") {
    const refused = new StraightLineError("INVALID_REQUEST", "headers: cannot be passed on", { cause: error });
    return { type: "failed", outcome: "OUTCOME_CLIENT_ERROR", measured, error: refused };
  }
  return notSent(exchange, context, error, connectionFailure(error), measured);
}

function notSent(
  exchange: HttpExchange,
  context: AttemptContext,
  error: unknown,
  failure: Failure,
  measured: Measured,
): AttemptEnd {
  const type = context.mayRetry(failure, exchange.body.replayable()) ? "retry" : "failed";
  return { type, outcome: "OUTCOME_INSTANCE_ERROR", measured, error: instanceError(context, failure, error) };
}

/** The front of the instance's node has not passed the request on. */
function frontRefusal({ statusCode, headers }: Dispatcher.ResponseData): Error {
  const why = headerText(headers["straightline-error"]) ?? "no reason told";
  return Object.assign(new Error(`the front answered ${statusCode}`), { code: `${statusCode} ${why}` });
}

/** Codes of a TLS handshake that failed: OpenSSL's reasons for a certificate, and Node's own. */
const HANDSHAKE_CODE = /^(ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_)/;

/** Only a connection that never came about is certain not to have carried the request. */
function connectionFailure(error: unknown): Failure {
  const syscall = typeof error === "object" && error !== null && "syscall" in error ? error.syscall : undefined;
  const never = syscall === "connect" || syscall === "getaddrinfo" || systemCode(error) === "UND_ERR_CONNECT_TIMEOUT";
  const code = systemCode(error) ?? "";
  return never || code === "ECONNREFUSED" || HANDSHAKE_CODE.test(code) ? "unreachable" : "failed";
}

function instanceError({ placement }: AttemptContext, failure: Failure, cause: unknown): StraightLineError {
  const what = failure === "unreachable" ? "cannot be reached" : "broke off";
  return new StraightLineError(
    "INSTANCE_UNAVAILABLE",
    `instance ${placement.instanceId} ${what} (${systemCode(cause) ?? "unknown fault"}) and no other could be used`,
    { cause },
  );
}

function badAnswer({ placement }: AttemptContext, failure: Failure, { statusCode }: Dispatcher.ResponseData): StraightLineError {
  const code = failure === "refused" ? "NO_CAPACITY" : "INSTANCE_UNAVAILABLE";
  const message = `instance ${placement.instanceId} answered ${statusCode} and no other could be used`;
  return new StraightLineError(code, message, failure === "refused" ? { details: { retryAfterMs: 1000 } } : {});
}

async function dump(answer: Dispatcher.ResponseData): Promise<void> {
  try {
    await answer.body.dump({ limit: DUMP_BYTES, signal: AbortSignal.timeout(DUMP_MS) });
  } catch {
    // Too slow, or the connection broke meanwhile; the answer is thrown away in any case.
  }
}

/** Streams the answer: a slow client slows the instance. Never throws; an answer that breaks off cuts the client's connection. */
async function relay(
  { response, ownHeaders }: HttpExchange,
  answer: Dispatcher.ResponseData,
): Promise<{ readonly bytes: number; readonly complete: boolean }> {
  let bytes = 0;
  try {
    response.writeHead(answer.statusCode, responseHeaders(answer.headers, ownHeaders));
    // A stream of events may stay silent for long after its headers.
    if (answer.headers["content-length"] === undefined) response.flushHeaders();
    await pipeline(
      answer.body,
      async function* count(chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          bytes += chunk.length;
          yield chunk;
        }
      },
      response,
    );
    return { bytes, complete: true };
  } catch {
    answer.body.destroy();
    response.destroy();
    return { bytes, complete: false };
  }
}

function brokenOutcome({ scope }: HttpExchange): "OUTCOME_INSTANCE_ERROR" | ReturnType<typeof endedOutcome> {
  const ended = scope.ended();
  return ended === undefined ? "OUTCOME_INSTANCE_ERROR" : endedOutcome(ended);
}

function clientGone(): StraightLineError {
  return new StraightLineError("CANCELLED", "the client went away");
}

function headerText(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

function headerNumber(value: string | string[] | undefined): number {
  const number = Number(headerText(value) ?? 0);
  return Number.isFinite(number) && number > 0 ? number : 0;
}
