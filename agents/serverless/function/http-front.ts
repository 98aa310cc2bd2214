import { once } from "node:events";
import {
  type ClientRequest,
  createServer,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type ServerResponse,
} from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { finished } from "node:stream/promises";
import { StraightLineError } from "../../../services/common/errors/index.js";
import { dropStrayTracestate, HEADER } from "../../../services/common/observe/index.js";
import { listenError } from "../../../services/common/ports/index.js";
import { replyError } from "./http-reply.js";
import type { InvocationContext, Invoker, WorkResult } from "./invocation.js";
import type { FunctionWorker } from "./worker.js";

/** A front end that listens. */
export interface Front {
  readonly port: number;
  close(): Promise<void>;
}

/** What a front end needs. */
export interface FrontOptions {
  readonly host: string;
  readonly invoker: Invoker;
  readonly readyPath: string;
  /** Largest body; 0: no limit. */
  readonly payloadLimitBytes: number;
  readonly isReady: () => boolean;
}

/** Headers that belong to one connection (RFC 9110, section 7.6.1), and those that are set anew. */
const NOT_PASSED_ON = new Set([
  ...["connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade", "expect"],
  ...["traceparent", HEADER.deadlineMs],
]);

/** Starts the plain HTTP endpoint of a function. Bodies are streamed both ways. */
export async function startHttpFront(options: FrontOptions): Promise<Front> {
  // The function's own deadline bounds a request, whatever its length; slow headers are bounded by the server's default.
  const server = createServer({ requestTimeout: 0, keepAliveTimeout: 30_000 });
  server.on("request", (request, response) => void handle(options, request, response));
  // "Expect: 100-continue": the client sends its body once a worker is there to take it.
  server.on("checkContinue", (request, response) => void handle(options, request, response));
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => reject(listenError(error, options.host, 0)));
    server.listen(0, options.host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Never rejects: whatever goes wrong is answered. */
async function handle(options: FrontOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  // The front end stands for workers that may not be there yet: it is ready when they can be started.
  if (request.method === "GET" && request.url === options.readyPath) {
    response.writeHead(options.isReady() ? 200 : 503).end();
    return;
  }
  const gone = new AbortController();
  response.once("close", () => gone.abort(new StraightLineError("CANCELLED", "the caller went away")));
  try {
    refuseTooLarge(request, options.payloadLimitBytes);
    await options.invoker.invoke({
      parent: single(request.headers["traceparent"]),
      callerTimeoutMs: callerTimeoutMs(request.headers),
      gone: gone.signal,
      connect: openConnection,
      work: (socket, context) => relay(options, request, response, socket, context),
    });
  } catch (error) {
    replyError(request, response, StraightLineError.from(error), { executed: false });
  }
}

function refuseTooLarge({ headers }: IncomingMessage, limitBytes: number): void {
  const length = Number(headers["content-length"] ?? 0);
  if (limitBytes > 0 && length > limitBytes) throw tooLarge(limitBytes);
}

function tooLarge(limitBytes: number): StraightLineError {
  return new StraightLineError("BODY_TOO_LARGE", `the function takes bodies of at most ${limitBytes} bytes`);
}

/** The caller's deadline; a value that is no number of milliseconds is the caller's mistake, and said so. */
function callerTimeoutMs(headers: IncomingHttpHeaders): number | undefined {
  const value = single(headers[HEADER.deadlineMs]);
  if (value === undefined) return undefined;
  const timeoutMs = Number(value);
  if (Number.isFinite(timeoutMs) && timeoutMs > 0) return timeoutMs;
  throw new StraightLineError(
    "INVALID_REQUEST",
    `${HEADER.deadlineMs}: must be milliseconds above 0; got ${JSON.stringify(value)}`,
  );
}

/** A connection for each request: a worker that has died is noticed before anything is sent. */
async function openConnection({ host, httpPort }: FunctionWorker, deadline: AbortSignal): Promise<Socket> {
  const socket = connect({ host, port: httpPort, noDelay: true });
  try {
    await once(socket, "connect", { signal: deadline });
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

async function relay(
  options: FrontOptions,
  request: IncomingMessage,
  response: ServerResponse,
  socket: Socket,
  context: InvocationContext,
): Promise<WorkResult> {
  const headers = passedOn(request.headers);
  dropStrayTracestate(headers, request.headers);
  const upstream = httpRequest({
    createConnection: () => socket,
    method: request.method,
    path: request.url,
    headers: {
      ...headers,
      traceparent: context.traceparent,
      [HEADER.deadlineMs]: Math.ceil(context.remainingMs()),
    },
  });
  const expire = (): void => void upstream.destroy(context.deadline.reason as Error);
  context.deadline.addEventListener("abort", expire, { once: true });
  const failure = new Promise<never>((_, reject) => upstream.once("error", reject));
  // Whoever waits below sees it; before and after that nobody need.
  failure.catch(() => undefined);
  try {
    const answered = once(upstream, "response") as Promise<[IncomingMessage]>;
    answered.catch(() => undefined);
    const sent = sendBody(request, response, upstream, options.payloadLimitBytes);
    sent.catch((error: Error) => upstream.destroy(error));
    const [answer] = await Promise.race([answered, failure]);
    return await passAnswer(request, answer, response, context);
  } catch (error) {
    return refusal(error, request, response);
  } finally {
    context.deadline.removeEventListener("abort", expire);
    upstream.destroy();
  }
}

/** What became of a request whose answer has not begun. */
function refusal(thrown: unknown, request: IncomingMessage, response: ServerResponse): WorkResult {
  const error = leftInBody(request) ?? workerError(thrown);
  const clientFault = error.code === "BODY_TOO_LARGE" || error.code === "CANCELLED";
  if (error.code === "BODY_TOO_LARGE") replyError(request, response, error, { executed: false });
  else replyError(request, response, error, {});
  return { keepWorker: clientFault, clientFault, error };
}

/** A client that leaves before its body is complete takes the request with it: the worker sees it break off, and is free. */
function leftInBody(request: IncomingMessage): StraightLineError | undefined {
  return request.destroyed && !request.complete ? new StraightLineError("CANCELLED", "the caller went away") : undefined;
}

function workerError(thrown: unknown): StraightLineError {
  if (thrown instanceof StraightLineError) return thrown;
  return new StraightLineError("INSTANCE_UNAVAILABLE", "the worker ended before it had answered", { cause: thrown });
}

/** Sends the body as it comes, no faster than the worker takes it. */
async function sendBody(
  request: IncomingMessage,
  response: ServerResponse,
  upstream: ClientRequest,
  limitBytes: number,
): Promise<void> {
  if (request.headers.expect !== undefined) response.writeContinue();
  let sentBytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    sentBytes += chunk.length;
    if (limitBytes > 0 && sentBytes > limitBytes) throw tooLarge(limitBytes);
    if (upstream.destroyed) return;
    if (!upstream.write(chunk)) await untilWritable(upstream);
  }
  upstream.end();
}

function untilWritable(upstream: ClientRequest): Promise<void> {
  return new Promise((resolve) => {
    const settle = (): void => {
      upstream.off("drain", settle).off("close", settle);
      resolve();
    };
    upstream.on("drain", settle).on("close", settle);
  });
}

/**
 * Passes the answer on. When the client has left, the worker finishes all the same, since there is no telling it to stop: only then
 * is it free again.
 */
async function passAnswer(
  request: IncomingMessage,
  answer: IncomingMessage,
  response: ServerResponse,
  { coldStartMs }: InvocationContext,
): Promise<WorkResult> {
  const status = answer.statusCode ?? 502;
  const coldStart = coldStartMs === undefined ? {} : { [HEADER.coldStartMs]: coldStartMs.toFixed(1) };
  try {
    if (response.destroyed) answer.resume();
    else {
      response.writeHead(status, { ...passedOn(answer.headers), ...coldStart });
      response.once("close", () => answer.unpipe(response).resume());
      answer.pipe(response);
    }
    await finished(answer);
  } catch (error) {
    response.destroy();
    const left = leftInBody(request);
    return left === undefined
      ? { keepWorker: false, error: workerError(error) }
      : { keepWorker: true, clientFault: true, error: left };
  }
  if (status < 500) return { keepWorker: true };
  return { keepWorker: true, error: new StraightLineError("INSTANCE_UNAVAILABLE", `the worker answered ${status}`) };
}

function passedOn(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !NOT_PASSED_ON.has(name)));
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
