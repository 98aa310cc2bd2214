import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { TLSSocket } from "node:tls";
import { dropStrayTracestate, HEADER } from "../../common/observe/index.js";

/** Header lists as node:http and undici both take them. */
export type HeaderMap = Record<string, string | string[]>;

/** Headers of one connection, never passed on: RFC 9110, section 7.6.1, and those that browsers and proxies invented beside it. */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** `straightline-*` headers are between two neighbours: what a client sends is for the gateway alone. */
const OWN_PREFIX = "straightline-";

/** What the gateway says to the instance of a request. */
export interface ForwardedRequest {
  readonly sizeBytes: number;
  readonly hasBody: boolean;
  /** Part of the client's path that the instance does not see; empty: none. */
  readonly prefix: string;
  readonly traceparent: string;
  readonly placementId: string;
  /** For the front of a node, which knows by it where to send the request; undefined: the instance is reached without. */
  readonly instanceId: string | undefined;
  /** Time left, milliseconds. */
  readonly remainingMs: number | undefined;
}

/** Headers of the request to the instance. */
export function requestHeaders(request: IncomingMessage, forwarded: ForwardedRequest): HeaderMap {
  const headers = endToEnd(request.headers);
  for (const name of Object.keys(headers)) if (name.startsWith(OWN_PREFIX)) delete headers[name];
  for (const name of ["host", "expect", "content-length"]) delete headers[name];
  if (forwarded.hasBody) headers["content-length"] = String(forwarded.sizeBytes);
  Object.assign(headers, forwardedFor(request, forwarded.prefix));
  dropStrayTracestate(headers, request.headers);
  headers["traceparent"] = forwarded.traceparent;
  headers[HEADER.placementId] = forwarded.placementId;
  if (forwarded.instanceId !== undefined) headers[HEADER.instance] = forwarded.instanceId;
  if (forwarded.remainingMs !== undefined) headers[HEADER.deadlineMs] = String(Math.max(1, Math.floor(forwarded.remainingMs)));
  return headers;
}

/** Headers of the answer to the client; `own` wins over what the instance says. */
export function responseHeaders(answer: IncomingHttpHeaders, own: Readonly<Record<string, string>>): HeaderMap {
  return { ...endToEnd(answer), ...own };
}

function endToEnd(headers: IncomingHttpHeaders): HeaderMap {
  const named = [headers.connection ?? ""].flat().join(",").toLowerCase().split(",");
  const dropped = new Set(named.map((name) => name.trim()));
  const kept: HeaderMap = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && !HOP_BY_HOP.has(name) && !dropped.has(name)) kept[name] = value;
  }
  return kept;
}

function forwardedFor(request: IncomingMessage, prefix: string): HeaderMap {
  const before = request.headers["x-forwarded-for"];
  const client = request.socket.remoteAddress ?? "unknown";
  const host = request.headers["x-forwarded-host"] ?? request.headers.host;
  return {
    "x-forwarded-for": before === undefined ? client : `${[before].flat().join(", ")}, ${client}`,
    "x-forwarded-proto": request.headers["x-forwarded-proto"] ?? (request.socket instanceof TLSSocket ? "https" : "http"),
    ...(host === undefined ? {} : { "x-forwarded-host": host }),
    ...(prefix === "" ? {} : { "x-forwarded-prefix": prefix }),
  };
}
