import type { IncomingMessage } from "node:http";
import { promisify } from "node:util";
import { gunzip, inflate } from "node:zlib";
import { invalidField, StraightLineError, systemCode } from "../../common/errors/index.js";

const DECOMPRESS = { gzip: promisify(gunzip), deflate: promisify(inflate) } as const;

/**
 * Reads a request's body whole, at most `limitBytes`, before and after decompression. Rejects with BODY_TOO_LARGE, or with
 * the signal's reason when it aborts first.
 */
export async function readBody(request: IncomingMessage, limitBytes: number, signal: AbortSignal): Promise<Buffer> {
  if (Number(request.headers["content-length"] ?? 0) > limitBytes) throw tooLarge(limitBytes);
  const body = await collect(request, limitBytes, signal);
  const encoding = request.headers["content-encoding"] ?? "identity";
  if (encoding === "identity") return body;
  if (encoding !== "gzip" && encoding !== "deflate") {
    throw invalidField("Content-Encoding", `${JSON.stringify(encoding)} is not taken; send gzip, deflate or none`);
  }
  return decompress(body, encoding, limitBytes);
}

function collect(request: IncomingMessage, limitBytes: number, signal: AbortSignal): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    const fail = (reason: unknown): void => {
      request.off("data", onData);
      // What still comes is read and dropped, so that the client can see the answer.
      request.resume();
      reject(reason);
    };
    const onData = (chunk: Buffer): void => {
      sizeBytes += chunk.byteLength;
      chunks.push(chunk);
      if (sizeBytes > limitBytes) fail(tooLarge(limitBytes));
    };
    if (signal.aborted) return fail(signal.reason);
    signal.addEventListener("abort", () => fail(signal.reason), { once: true });
    request.on("data", onData);
    request.once("end", () => resolve(Buffer.concat(chunks)));
    request.once("error", (cause) => fail(new StraightLineError("CANCELLED", "the caller went away", { cause })));
  });
}

async function decompress(body: Buffer, encoding: "gzip" | "deflate", limitBytes: number): Promise<Buffer> {
  try {
    return await DECOMPRESS[encoding](body, { maxOutputLength: limitBytes });
  } catch (cause) {
    if (systemCode(cause) === "ERR_BUFFER_TOO_LARGE") throw tooLarge(limitBytes);
    throw invalidField("body", `it is not the ${encoding} that Content-Encoding announces; send it whole`);
  }
}

function tooLarge(limitBytes: number): StraightLineError {
  return new StraightLineError(
    "BODY_TOO_LARGE",
    `the body has more than ${limitBytes} bytes; send a smaller image or fewer at a time`,
  );
}
