import { type ClientHttp2Stream, constants, type Http2ServerResponse, type IncomingHttpHeaders } from "node:http2";
import { pipeline } from "node:stream/promises";
import { StraightLineError } from "../../../services/common/errors/index.js";
import { HEADER } from "../../../services/common/observe/index.js";
import { passedOn } from "./answer.js";
import { boundedBody, brokenOff, type FrontExchange, UntouchedError } from "./exchange.js";
import type { GrpcSessions } from "./grpc-sessions.js";

interface Answer {
  readonly statusCode: number;
  readonly headers: IncomingHttpHeaders;
  /** Nothing follows the headers: how gRPC answers a call that failed before its first message. */
  readonly isWhole: boolean;
}

/** Passes a gRPC call of any shape to its instance, message by message both ways, with its trailers; rejects where no answer has begun. */
export async function forwardGrpc(sessions: GrpcSessions, exchange: FrontExchange): Promise<void> {
  const upstream = await openStream(sessions, exchange);
  const cancel = (): void => upstream.close(constants.NGHTTP2_CANCEL);
  exchange.gone.addEventListener("abort", cancel, { once: true });
  try {
    const answered = answerOf(upstream, exchange);
    // A call that ends before its client has sent all is whole all the same: the instance's answer counts.
    let sendFault: unknown;
    const sent = pipeline(boundedBody(exchange), upstream, { end: true }).catch((error: unknown) => {
      sendFault = error;
      upstream.close(constants.NGHTTP2_CANCEL);
    });
    const answer = await answered.catch((error: unknown) => {
      throw sendFault instanceof StraightLineError ? sendFault : error;
    });
    await relay(upstream, exchange.response as Http2ServerResponse, answer);
    await sent;
  } finally {
    exchange.gone.removeEventListener("abort", cancel);
    cancel();
  }
}

async function openStream(sessions: GrpcSessions, exchange: FrontExchange): Promise<ClientHttp2Stream> {
  const { request, grpcEndpoint, instanceId } = exchange;
  if (grpcEndpoint === "")
    throw new StraightLineError("UNSUPPORTED", `instance ${instanceId} does not speak gRPC; call it over HTTP`);
  try {
    const headers = passedOn(request.headers, ["host", "content-length", HEADER.instance, HEADER.lease]);
    return await sessions.request(grpcEndpoint, { ...headers, ":method": "POST", ":path": request.url ?? "" });
  } catch (error) {
    throw new UntouchedError(instanceId, error);
  }
}

function answerOf(upstream: ClientHttp2Stream, exchange: FrontExchange): Promise<Answer> {
  return new Promise((resolve, reject) => {
    upstream.once("response", (headers, flags) => {
      const isWhole = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0;
      resolve({ statusCode: headers[":status"] ?? 502, headers, isWhole });
    });
    upstream.once("error", (error) => reject(failureOf(upstream, exchange, error)));
    upstream.once("close", () => reject(failureOf(upstream, exchange, undefined)));
  });
}

function failureOf({ rstCode }: ClientHttp2Stream, exchange: FrontExchange, error: unknown): StraightLineError {
  // RFC 9113, section 8.7: a refused stream has not been looked at.
  if (rstCode === constants.NGHTTP2_REFUSED_STREAM) return new UntouchedError(exchange.instanceId, error);
  return brokenOff(exchange, error);
}

async function relay(upstream: ClientHttp2Stream, response: Http2ServerResponse, answer: Answer): Promise<void> {
  const { statusCode, headers, isWhole } = answer;
  if (isWhole) {
    // A status in headers that a frame follows is none: clients would take the call for broken off.
    response.stream.respond({ ":status": statusCode, ...passedOn(headers) }, { endStream: true });
    return;
  }
  upstream.on("trailers", (trailers) => response.addTrailers(passedOn(trailers)));
  response.writeHead(statusCode, passedOn(headers));
  await pipeline(upstream, response, { end: false });
  response.end();
}
