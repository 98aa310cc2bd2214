import type { IncomingMessage } from "node:http";
import { StraightLineError } from "../../common/errors/index.js";
import { createBody, type RequestBody } from "./body.js";

/** Bounds of bodies. */
export interface BodyLimits {
  /** A larger body is refused. */
  readonly maxBodyBytes: number;
  /** So much of a body is held for a second attempt; a body without Content-Length may be this large. */
  readonly retryBufferBytes: number;
}

/**
 * The body of a request, its size known. Throws BODY_TOO_LARGE or LENGTH_REQUIRED before reading more than it must.
 * `onRead` is called when the first byte is asked for: the moment to answer `Expect: 100-continue`.
 */
export async function admitBody(request: IncomingMessage, limits: BodyLimits, onRead: () => void): Promise<RequestBody> {
  const declared = request.headers["content-length"];
  const chunked = request.headers["transfer-encoding"] !== undefined;
  const sizeBytes = chunked ? undefined : Number(declared ?? 0);
  if (sizeBytes !== undefined && sizeBytes > limits.maxBodyBytes) throw tooLarge(sizeBytes, limits);
  const body = createBody(readOnDemand(request, onRead), sizeBytes, limits.retryBufferBytes);
  if (!chunked) return body;
  const limitBytes = Math.min(limits.retryBufferBytes, limits.maxBodyBytes);
  if (await body.fill(limitBytes)) return body;
  throw new StraightLineError(
    "LENGTH_REQUIRED",
    `content-length: needed for a body above ${limitBytes} bytes; send it rather than Transfer-Encoding: chunked`,
  );
}

function tooLarge(sizeBytes: number, { maxBodyBytes }: BodyLimits): StraightLineError {
  return new StraightLineError("BODY_TOO_LARGE", `content-length: ${sizeBytes} is above the limit of ${maxBodyBytes} bytes`);
}

function readOnDemand(request: IncomingMessage, onRead: () => void): AsyncIterator<Buffer> {
  let chunks: AsyncIterator<Buffer> | undefined;
  return {
    next() {
      if (chunks === undefined) {
        onRead();
        // The answer may still have to be sent after the reading has ended, so ending it must not close the connection.
        chunks = request.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>;
      }
      return chunks.next();
    },
  };
}
