import type { Pool } from "undici";
import type { AttemptContext } from "../forward/index.js";

/** The span of a request's wait for a connection. */
export interface Connecting {
  /** The same bytes; the span ends when they are first asked for, which is once there is a connection to send them by. */
  endedBy(bytes: AsyncIterable<Buffer>): AsyncIterable<Buffer>;
  /** The request has failed; nothing where there was a connection. */
  fail(errorType: string): void;
}

/** Undefined where a connection is free, or nobody records. */
export function startConnecting(pool: Pool, { beginConnect }: AttemptContext): Connecting | undefined {
  if (beginConnect === undefined || pool.stats.free > 0) return undefined;
  const span = beginConnect();
  let isConnected = false;
  return {
    async *endedBy(bytes) {
      isConnected = true;
      span.end();
      yield* bytes;
    },
    fail(errorType) {
      if (isConnected) return;
      span.fail(errorType);
      span.end();
    },
  };
}
