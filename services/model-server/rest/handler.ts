import type { IncomingMessage, ServerResponse } from "node:http";
import { causeChain, invalidField, StraightLineError } from "../../common/errors/index.js";
import { ATTRIBUTE, HEADER, type Logger, type TraceSpan, type Tracing, traceFields } from "../../common/observe/index.js";
import { SERVER_METADATA } from "../server-metadata.js";
import { type InferenceService, startDeadline, startRequestSpan } from "../serving/index.js";
import { readBody } from "./body.js";
import { parseInferRequest, type RestInferRequest } from "./infer-request.js";
import { type EncodedAnswer, encodeInferAnswer } from "./infer-response.js";
import { parseRoute, type Route } from "./route.js";

/** What the REST side is made of. */
export interface RestParts {
  readonly service: InferenceService;
  readonly tracing: Tracing;
  readonly log: Logger;
  /** Largest body, bytes. */
  readonly maxBodyBytes: number;
  /** Longest that a request may take, milliseconds; a caller's deadline may only shorten it. */
  readonly timeoutMs: number;
}

interface Answer extends EncodedAnswer {
  readonly status: number;
}

type InferRoute = Extract<Route, { readonly model: string }>;

/** Answers the requests of the protocol's REST side. Every fault becomes an answer: the returned function never throws. */
export function createRestHandler(parts: RestParts): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    answerRequest(parts, request, response)
      .catch((thrown: unknown) => errorAnswer(parts.log, thrown))
      .then(({ status, headers, body }) => {
        response.writeHead(status, { ...headers, "content-length": body.byteLength }).end(body);
      })
      .catch((thrown: unknown) => {
        parts.log.error({ chain: causeChain(thrown) }, "answer not sent");
        response.destroy();
      });
  };
}

async function answerRequest(parts: RestParts, request: IncomingMessage, response: ServerResponse): Promise<Answer> {
  const route = parseRoute(request.method ?? "", request.url ?? "");
  const { service } = parts;
  switch (route.type) {
    case "serverMetadata":
      return jsonAnswer(200, SERVER_METADATA);
    case "live":
      return jsonAnswer(200, { live: true });
    case "ready":
      return jsonAnswer(service.ready ? 200 : 503, { ready: service.ready });
    case "stats":
      return jsonAnswer(200, service.stats());
    case "modelMetadata":
      return jsonAnswer(200, service.model(route.model, route.version).metadata);
    case "modelReady":
      return jsonAnswer(service.ready ? 200 : 503, {
        name: service.model(route.model, route.version).metadata.name,
        ready: service.ready,
      });
    case "infer":
      return traced(parts, request, route, (span) => infer(parts, request, response, route, span));
  }
}

async function traced(
  parts: RestParts,
  request: IncomingMessage,
  route: InferRoute,
  work: (span: TraceSpan) => Promise<Answer>,
): Promise<Answer> {
  const span = startRequestSpan(parts.tracing, headerOf(request, "traceparent"), route.model);
  const answer = await work(span).catch((thrown: unknown) => {
    span.fail(StraightLineError.from(thrown).code);
    return errorAnswer(parts.log, thrown, span.traceparent);
  });
  span.set({ [ATTRIBUTE.httpStatus]: answer.status });
  span.end();
  return { ...answer, headers: { ...answer.headers, [HEADER.traceId]: span.traceId } };
}

async function infer(
  parts: RestParts,
  request: IncomingMessage,
  response: ServerResponse,
  route: InferRoute,
  span: TraceSpan,
): Promise<Answer> {
  const model = parts.service.model(route.model, route.version);
  const deadline = startDeadline(requestTimeoutMs(parts, headerOf(request, HEADER.deadlineMs)));
  response.once("close", deadline.cancel);
  let call: RestInferRequest | undefined;
  const read = async (): Promise<RestInferRequest> => {
    const body = await readBody(request, parts.maxBodyBytes, deadline.signal);
    span.set({ [ATTRIBUTE.httpBodyBytes]: body.byteLength });
    call = parseInferRequest(body, {
      contentType: headerOf(request, "content-type") ?? "",
      jsonLength: headerOf(request, "inference-header-content-length"),
    });
    return call;
  };
  try {
    const { outputs, serviceMs } = await parts.service.infer({ model, read, deadline, span });
    const answer = encodeInferAnswer({ model: model.metadata, id: call?.id ?? "", outputs }, call?.form ?? { type: "json" });
    return { status: 200, body: answer.body, headers: { ...answer.headers, [HEADER.serviceMs]: serviceMs.toFixed(3) } };
  } finally {
    deadline.clear();
  }
}

function requestTimeoutMs({ timeoutMs }: RestParts, header: string | undefined): number {
  if (header === undefined) return timeoutMs;
  const left = Number(header);
  if (header.trim() !== "" && left > 0) return Math.min(left, timeoutMs);
  throw invalidField(HEADER.deadlineMs, `${JSON.stringify(header)} is no time left; send a number of milliseconds above 0`);
}

function errorAnswer(log: Logger, thrown: unknown, traceparent?: string): Answer {
  const error = StraightLineError.from(thrown);
  if (error.code === "INTERNAL") log.error({ ...traceFields(traceparent), chain: causeChain(error) }, "request failed");
  const headers: Record<string, string> = error.details.metadata?.["executed"] === "false" ? { [HEADER.executed]: "false" } : {};
  const answer = jsonAnswer(error.httpStatus, { error: error.message, code: error.code });
  return { ...answer, headers: { ...answer.headers, ...headers } };
}

function jsonAnswer(status: number, value: unknown): Answer {
  return { status, headers: { "content-type": "application/json" }, body: Buffer.from(JSON.stringify(value)) };
}

/** The first value of a header. */
function headerOf(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
