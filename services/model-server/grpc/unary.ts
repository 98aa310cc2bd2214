import { type handleUnaryCall, Metadata, type ServerUnaryCall } from "@grpc/grpc-js";
import { causeChain, StraightLineError } from "../../common/errors/index.js";
import { HEADER, type Logger } from "../../common/observe/index.js";
import { toGrpcStatus } from "../../common/rpc/index.js";

/** Answers one call; what it puts into `trailer` goes out with the answer or with the error. */
export type UnaryHandler<Req, Res> = (call: ServerUnaryCall<Req, Res>, trailer: Metadata) => Promise<Res> | Res;

/**
 * Wraps a handler for grpc-js, which neither awaits a handler nor hides the message of an unknown error. Unlike the common wrapper
 * it lets the handler send a trailer: the protocol has no field for the time that a request took.
 */
export function unary<Req, Res>(log: Logger, handler: UnaryHandler<Req, Res>): handleUnaryCall<Req, Res> {
  return (call, callback) => {
    const trailer = new Metadata();
    Promise.resolve()
      .then(() => handler(call, trailer))
      .then(
        (response) => callback(null, response, trailer),
        (thrown: unknown) => {
          const error = StraightLineError.from(thrown);
          if (error.code === "INTERNAL") log.error({ path: call.getPath(), chain: causeChain(error) }, "request failed");
          if (error.details.metadata?.["executed"] === "false") trailer.set(HEADER.executed, "false");
          const { code, details, metadata } = toGrpcStatus(error);
          metadata.merge(trailer);
          callback({ code, details, metadata });
        },
      );
  };
}
