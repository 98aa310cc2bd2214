import type { ClientReadableStream, ServiceError } from "@grpc/grpc-js";
import type { ErrorCode } from "../errors/index.js";
import { fromGrpcError } from "./status.js";

/** The messages of a server stream; throws a StraightLineError. Leaving the loop ends the call. */
export async function* readStream<T>(
  stream: ClientReadableStream<T>,
  unavailable: ErrorCode = "PLACEMENT_UNAVAILABLE",
): AsyncGenerator<T, void> {
  try {
    for await (const message of stream) yield message as T;
  } catch (error) {
    throw fromGrpcError(error as ServiceError, unavailable);
  } finally {
    stream.cancel();
  }
}
