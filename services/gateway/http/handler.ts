import type { IncomingMessage, ServerResponse } from "node:http";
import { TLSSocket } from "node:tls";
import { causeChain, StraightLineError } from "../../common/errors/index.js";
import {
  ATTRIBUTE,
  HEADER,
  type LogFields,
  type Logger,
  SPAN,
  type TraceSpan,
  traceFields,
  withSpan,
} from "../../common/observe/index.js";
import {
  type Admission,
  createScope,
  type ForwardParts,
  forward,
  httpTarget,
  isIdempotentMethod,
  parseRequestOptions,
  placementHeaders,
  type RequestScope,
} from "../forward/index.js";
import { askModelReady } from "../model-ready.js";
import { SERVER_METADATA } from "../server-metadata.js";
import { admitBody, type BodyLimits } from "./admit-body.js";
import { sendError, sendJson } from "./respond.js";
import { routePattern } from "./route-pattern.js";
import { findRoute, type Route } from "./routes.js";
import { type HttpSendParts, sendHttp } from "./send.js";

/** What answering HTTP needs. */
export interface HttpParts extends ForwardParts, HttpSendParts {
  readonly admission: Admission;
  readonly bodies: BodyLimits;
  readonly log: Logger;
}

/** One request and what is made for it. */
interface Call {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly scope: RequestScope;
  readonly span: TraceSpan;
  /** Headers of our own for the answer. */
  readonly own: Record<string, string>;
}

/** Answers a node:http request; never throws. */
export type HttpHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Creates the handler of every request. */
export function createHttpHandler(parts: HttpParts): HttpHandler {
  return async (request, response) => {
    const call = beginCall(parts, request, response);
    try {
      refuseWebSocket(request);
      await answer(parts, call, findRoute(request.method ?? "", request.url ?? ""));
    } catch (thrown) {
      failCall(parts, call, StraightLineError.from(thrown));
    } finally {
      call.scope.close();
      call.span.set({ [ATTRIBUTE.httpStatus]: response.statusCode, ...routeAttribute(request) });
      call.span.end();
    }
  };
}

function beginCall(parts: HttpParts, request: IncomingMessage, response: ServerResponse): Call {
  const parent = request.headers["traceparent"];
  const span = parts.tracing.start(SPAN.gatewayRequest, {
    role: "server",
    keepable: true,
    parent: typeof parent === "string" ? parent : undefined,
    attributes: {
      [ATTRIBUTE.httpMethod]: request.method ?? "",
      [ATTRIBUTE.urlScheme]: request.socket instanceof TLSSocket ? "https" : "http",
      [ATTRIBUTE.urlPath]: pathOf(request.url ?? ""),
    },
  });
  const scope = createScope(parts.now);
  response.once("close", () => {
    if (!response.writableFinished) scope.cancel();
  });
  // While draining, every connection is closed after its answer.
  if (parts.admission.refusing) response.shouldKeepAlive = false;
  return { request, response, scope, span, own: { [HEADER.traceId]: span.traceId } };
}

/** Without the query, which may carry what is nobody's business. */
function pathOf(target: string): string {
  return target.split("?", 1)[0] as string;
}

function routeAttribute(request: IncomingMessage): Record<string, string> {
  const route = routePattern(request);
  return route === "" ? {} : { [ATTRIBUTE.httpRoute]: route };
}

function failCall({ log }: HttpParts, { request, response, span, own }: Call, error: StraightLineError): void {
  span.fail(error.code, error.message);
  const facts: LogFields = {
    ...traceFields(span.traceparent),
    code: error.code,
    path: pathOf(request.url ?? ""),
    chain: causeChain(error),
  };
  if (error.code === "INTERNAL") log.error(facts, "request failed");
  else log.debug(facts, "request refused");
  sendError(request, response, error, own);
}

/** Other upgrades (h2c) may be ignored by a server; a WebSocket client would only hang. */
function refuseWebSocket(request: IncomingMessage): void {
  if (request.headers.upgrade?.toLowerCase() !== "websocket") return;
  throw new StraightLineError("UNSUPPORTED", "upgrade: WebSocket is not passed on; use HTTP, server-sent events or gRPC");
}

async function answer(parts: HttpParts, call: Call, route: Route): Promise<void> {
  switch (route.type) {
    case "live":
      return sendJson(call.response, 200, { live: true }, call.own);
    case "ready": {
      const ready = !parts.admission.refusing && (await parts.placement.serving());
      return sendJson(call.response, ready ? 200 : 503, { ready }, call.own);
    }
    case "server":
      return sendJson(call.response, 200, SERVER_METADATA, call.own);
    case "modelReady":
      await askModelReady(parts, route.application, call.scope, call.span);
      return sendJson(call.response, 200, { name: route.application, ready: true }, call.own);
    case "forward":
      return forwardAdmitted(parts, call, route);
  }
}

async function forwardAdmitted(parts: HttpParts, call: Call, route: Route & { type: "forward" }): Promise<void> {
  const leave = parts.admission.enter();
  try {
    await forwardHttp(parts, call, route);
  } finally {
    leave();
  }
}

async function forwardHttp(parts: HttpParts, call: Call, route: Route & { type: "forward" }): Promise<void> {
  const { request, response, scope, span, own } = call;
  const options = parseRequestOptions((name) => headerText(request.headers[name]));
  if (options.deadlineMs !== undefined) scope.setDeadline(options.deadlineMs);
  const expectsContinue = request.headers.expect?.toLowerCase() === "100-continue";
  const onRead = (): void => {
    if (expectsContinue) response.writeContinue();
  };
  const admit = () => scope.race(admitBody(request, parts.bodies, onRead));
  // Only a body of unknown length is read before the request is placed.
  const body = await (request.headers["transfer-encoding"] === undefined
    ? admit()
    : withSpan(parts.tracing, SPAN.gatewayReceive, { parent: span.traceparent }, admit));
  span.set({ [ATTRIBUTE.application]: route.application, [ATTRIBUTE.httpBodyBytes]: body.sizeBytes });
  const exchange = { request, response, path: route.path, prefix: route.prefix, body, scope, ownHeaders: own };
  await forward(parts, {
    application: route.application,
    sizeBytes: body.sizeBytes,
    contentType: headerText(request.headers["content-type"])?.split(";", 1)[0]?.trim() ?? "",
    options,
    idempotent: isIdempotentMethod(request.method ?? ""),
    scope,
    span,
    target: ({ httpEndpoint }) => httpTarget(request.method ?? "", httpEndpoint, pathOf(route.path)),
    onPlaced: (placement, attempts) => Object.assign(own, placementHeaders(placement, attempts)),
    send: (context) => sendHttp(parts, exchange, context),
  });
}

function headerText(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(",") : value;
}
