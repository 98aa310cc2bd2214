import type { ServerResponse } from "node:http";
import { constants, type Http2ServerResponse } from "node:http2";
import { status } from "@grpc/grpc-js";
import { ERROR_CATALOGUE, type StraightLineError } from "../../../services/common/errors/index.js";
import { HEADER } from "../../../services/common/observe/index.js";
import type { FrontRequest } from "./access.js";

/** An answer over HTTP/1.1 or HTTP/2. */
export type FrontResponse = ServerResponse | Http2ServerResponse;

/** Headers of one connection, never passed on: RFC 9110, section 7.6.1, and RFC 9113, section 8.2.2. */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  ...["connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection"],
  ...["trailer", "transfer-encoding", "upgrade", "http2-settings"],
]);

/** A refused client has this long to see the answer before it is cut off. */
const LINGER_MS = 1000;

/** Header lists as all three libraries take them. */
export type HeaderMap = Record<string, string | string[]>;

/** Headers that go through: those of the connection, HTTP/2's own and `without` stay behind. */
export function passedOn(
  headers: Readonly<Record<string, string | string[] | undefined>>,
  without: readonly string[] = [],
): HeaderMap {
  const named = String(headers["connection"] ?? "").toLowerCase();
  const dropped = new Set([...named.split(",").map((name) => name.trim()), ...without]);
  const kept: HeaderMap = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && !name.startsWith(":") && !HOP_BY_HOP.has(name) && !dropped.has(name)) kept[name] = value;
  }
  return kept;
}

/** Whether a request is gRPC. */
export function isGrpc(request: FrontRequest): boolean {
  return request.httpVersionMajor === 2 && (request.headers["content-type"] ?? "").startsWith("application/grpc");
}

/**
 * Answers with an error, in gRPC's form where the request is gRPC; cuts off an answer that has begun. `isUntouched` tells gateways that the instance has not seen the
 * request.
 */
export function refuse(request: FrontRequest, response: FrontResponse, error: StraightLineError, isUntouched: boolean): void {
  if (response.headersSent) {
    abort(response);
    return;
  }
  const headers = { "straightline-error": error.code, ...(isUntouched ? { [HEADER.executed]: "unreachable" } : {}) };
  if (isGrpc(request)) {
    write(response, 200, { ...headers, "content-type": "application/grpc" });
    response.addTrailers({
      "grpc-status": String(status[ERROR_CATALOGUE[error.code].status]),
      "grpc-message": encodeURIComponent(error.message),
    });
    response.end();
  } else {
    const bytes = Buffer.from(JSON.stringify({ error: error.message }));
    // What remains of a body over HTTP/1.1 would have to be read before the next request.
    const close = request.httpVersionMajor === 1 ? { connection: "close" } : {};
    const about = { "content-type": "application/json", "content-length": String(bytes.length) };
    write(response, error.httpStatus, { ...headers, ...close, ...about });
    if ("stream" in response) response.end(bytes);
    else response.write(bytes);
  }
  linger(request, response);
}

/** A client that is still sending would see a reset instead of the answer: the rest is read for a moment and thrown away. */
function linger(request: FrontRequest, response: FrontResponse): void {
  const finish = (): void => {
    clearTimeout(timer);
    if ("stream" in response) response.stream?.close();
    else response.end();
  };
  const timer = setTimeout(finish, LINGER_MS).unref();
  if (!("stream" in response)) {
    if (request.complete) finish();
    else request.once("end", finish);
  }
  request.resume();
}

/** Begins an answer. */
export function write(response: FrontResponse, statusCode: number, headers: HeaderMap): void {
  if ("stream" in response) response.writeHead(statusCode, headers);
  else response.writeHead(statusCode, headers);
}

/** Breaks off an answer so that its reader sees that it is not whole. */
function abort(response: FrontResponse): void {
  if ("stream" in response) response.stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  else response.destroy();
}
