import { StraightLineError } from "../../../services/common/errors/index.js";
import type { FrontRequest } from "./access.js";
import type { FrontResponse } from "./answer.js";

/** A request that may pass, and where it goes. */
export interface FrontExchange {
  readonly request: FrontRequest;
  readonly response: FrontResponse;
  readonly instanceId: string;
  /** Base URL of the instance on loopback. */
  readonly httpEndpoint: string;
  /** host:port on loopback, or empty. */
  readonly grpcEndpoint: string;
  /** Largest body. */
  readonly maxBodyBytes: number;
  /** Aborts when the client has left. */
  readonly gone: AbortSignal;
}

/** The body as it comes, no faster than it is taken; throws BODY_TOO_LARGE once it is longer than it may be. */
export async function* boundedBody({ request, response, maxBodyBytes, instanceId }: FrontExchange): AsyncGenerator<Buffer> {
  // The client sends its body once the instance is there to take it.
  if (request.headers["expect"] !== undefined) response.writeContinue();
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBodyBytes) throw tooLarge(instanceId, maxBodyBytes);
    yield chunk;
  }
}

/** Refuses a body that says itself that it is too large, before any of it is read. */
export function assertBodySize({ request, maxBodyBytes, instanceId }: FrontExchange): void {
  if (Number(request.headers["content-length"] ?? 0) > maxBodyBytes) throw tooLarge(instanceId, maxBodyBytes);
}

/** INSTANCE_UNAVAILABLE for a request that its instance has not seen. */
export class UntouchedError extends StraightLineError {
  constructor(instanceId: string, cause?: unknown) {
    super("INSTANCE_UNAVAILABLE", `instance ${instanceId} cannot be reached on its node`, { cause });
  }
}

/** INSTANCE_UNAVAILABLE for a request whose answer broke off, or the client's own fault. */
export function brokenOff({ instanceId }: FrontExchange, cause: unknown): StraightLineError {
  if (cause instanceof StraightLineError) return cause;
  return new StraightLineError("INSTANCE_UNAVAILABLE", `instance ${instanceId} broke off before it had answered`, { cause });
}

function tooLarge(instanceId: string, maxBodyBytes: number): StraightLineError {
  return new StraightLineError("BODY_TOO_LARGE", `instance ${instanceId} takes bodies of at most ${maxBodyBytes} bytes`);
}
