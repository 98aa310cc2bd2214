import { type Metadata, ServerInterceptingCall, type ServerInterceptor } from "@grpc/grpc-js";
import { epochMs, parseTraceparent } from "../../common/observe/index.js";

/** A unary handler is called only once the whole message is there, which for large data is long after the call has begun. */
const begins = new WeakMap<Metadata, number>();

/** Notes when each call begins that its caller's trace records. */
export const noteBegin: ServerInterceptor = (_method, call) =>
  new ServerInterceptingCall(call, {
    start: (next) =>
      next({
        onReceiveMetadata(metadata, proceed) {
          if (isSampled(metadata)) begins.set(metadata, epochMs());
          proceed(metadata);
        },
      }),
  });

function isSampled(metadata: Metadata): boolean {
  const [traceparent] = metadata.get("traceparent");
  return typeof traceparent === "string" && parseTraceparent(traceparent)?.sampled === true;
}

/** When the call with this metadata began, milliseconds since the Unix epoch; undefined: it was not noted. */
export function beginOf(metadata: Metadata): number | undefined {
  return begins.get(metadata);
}
