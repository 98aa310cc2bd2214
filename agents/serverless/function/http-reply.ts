import type { IncomingMessage, ServerResponse } from "node:http";
import type { StraightLineError } from "../../../services/common/errors/index.js";
import { HEADER } from "../../../services/common/observe/index.js";

/** What a client may conclude from an error. */
export interface ErrorFacts {
  /** False: the request may be sent elsewhere. Absent: nobody knows. */
  readonly executed?: boolean;
}

/** A client in the middle of a body gets this long to read the answer before its connection is closed. */
const READ_ANSWER_MS = 1000;

/** Answers with the error's status and `{"error": message}`; when an answer has begun already, breaks it off instead. */
export function replyError(
  request: IncomingMessage,
  response: ServerResponse,
  error: StraightLineError,
  facts: ErrorFacts,
): void {
  if (response.destroyed) return;
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const body = JSON.stringify({ error: error.message });
  response.writeHead(error.httpStatus, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
    ...(facts.executed === undefined ? {} : { [HEADER.executed]: String(facts.executed) }),
    ...(request.complete ? {} : { connection: "close" }),
  });
  response.write(body);
  if (request.complete) {
    response.end();
    return;
  }
  // Closed at once, the connection would be reset under the unread body, and the client might never see the answer.
  const timer = setTimeout(() => response.end(), READ_ANSWER_MS);
  request.once("close", () => clearTimeout(timer)).once("end", () => response.end());
  request.resume();
}
