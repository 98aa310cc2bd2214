import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Agent, Dispatcher } from "undici";
import { StraightLineError, systemCode } from "../../../services/common/errors/index.js";
import { HEADER } from "../../../services/common/observe/index.js";
import { passedOn, write } from "./answer.js";
import { boundedBody, brokenOff, type FrontExchange, UntouchedError } from "./exchange.js";

/** Passes a request to its instance by HTTP/1.1 and streams the answer back; rejects where no answer has begun, and destroys one that breaks off. */
export async function forwardHttp(agent: Agent, exchange: FrontExchange): Promise<void> {
  const answer = await send(agent, exchange).catch((error: unknown) => {
    throw failureOf(exchange, error);
  });
  write(exchange.response, answer.statusCode, passedOn(answer.headers));
  await pipeline(answer.body, exchange.response, { signal: exchange.gone });
}

function send(agent: Agent, exchange: FrontExchange): Promise<Dispatcher.ResponseData> {
  const { request, httpEndpoint, gone } = exchange;
  const path = request.url ?? "";
  if (!path.startsWith("/")) throw new StraightLineError("INVALID_REQUEST", "the request's target must be a path");
  return agent.request({
    origin: httpEndpoint,
    path,
    method: request.method as Dispatcher.HttpMethod,
    headers: passedOn(request.headers, ["host", "expect", "te", HEADER.instance, HEADER.lease]),
    body: hasBody(exchange) ? Readable.from(boundedBody(exchange), { objectMode: false }) : null,
    signal: gone,
  });
}

function hasBody({ request }: FrontExchange): boolean {
  if ("stream" in request) return !request.stream.endAfterHeaders;
  const { "content-length": length, "transfer-encoding": encoding } = request.headers;
  return encoding !== undefined || (length !== undefined && length !== "0");
}

function failureOf(exchange: FrontExchange, error: unknown): StraightLineError {
  const code = systemCode(error);
  if (code === "ECONNREFUSED" || code === "UND_ERR_CONNECT_TIMEOUT") return new UntouchedError(exchange.instanceId, error);
  if (code === "UND_ERR_INVALID_ARG")
    return new StraightLineError("INVALID_REQUEST", "the request cannot be passed on: its method, path or headers", {
      cause: error,
    });
  return brokenOff(exchange, error);
}
