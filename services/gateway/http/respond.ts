import type { IncomingMessage, ServerResponse } from "node:http";
import { ERROR_CATALOGUE, type StraightLineError } from "../../common/errors/index.js";

/** Header that carries the catalogue's code of an error answer. */
export const ERROR_HEADER = "straightline-error";

/** What remains of a refused body is read for this long, and up to this size, so that the client sees the answer, not a reset. */
const LINGER_MS = 1000;
const LINGER_BYTES = 1024 * 1024;

/** Answers with JSON. */
export function sendJson(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(status, { ...headers, "content-type": "application/json", "content-length": bytes.length });
  response.end(bytes);
}

/** Answers with an error in the protocol's form; cuts the connection if part of an answer has already been sent. */
export function sendError(
  request: IncomingMessage,
  response: ServerResponse,
  error: StraightLineError,
  headers: Record<string, string>,
): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const bytes = Buffer.from(JSON.stringify({ error: error.message }));
  const unread = unreadBody(request);
  response.writeHead(ERROR_CATALOGUE[error.code].http, {
    ...headers,
    ...retryAfter(error),
    ...(unread ? { connection: "close" } : {}),
    [ERROR_HEADER]: error.code,
    "content-type": "application/json",
    "content-length": bytes.length,
  });
  response.write(bytes);
  if (unread) linger(request, () => response.end());
  else response.end();
}

function retryAfter({ details }: StraightLineError): Record<string, string> {
  if (details.retryAfterMs === undefined) return {};
  return { "retry-after": String(Math.max(1, Math.ceil(details.retryAfterMs / 1000))) };
}

/** A small rest is read by node:http itself, and the connection lives on; a large one is not worth reading. */
function unreadBody(request: IncomingMessage): boolean {
  if (request.complete) return false;
  if (request.headers["transfer-encoding"] !== undefined || request.headers.expect !== undefined) return true;
  return Number(request.headers["content-length"] ?? 0) > LINGER_BYTES;
}

function linger(request: IncomingMessage, done: () => void): void {
  let readBytes = 0;
  const timer = setTimeout(finish, LINGER_MS);
  function finish(): void {
    clearTimeout(timer);
    request.off("data", onData).off("end", finish).off("close", finish);
    done();
  }
  function onData(chunk: Buffer): void {
    readBytes += chunk.length;
    // No more is read; the client has until the timer to see the answer.
    if (readBytes > LINGER_BYTES) request.pause();
  }
  request.on("data", onData).once("end", finish).once("close", finish);
  request.resume();
}
