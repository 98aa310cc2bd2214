import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http";
import type { Metadata } from "@grpc/grpc-js";
import { parseTraceparent } from "./traceparent.js";

/** Takes the `tracestate` that a caller sent out of the headers that are passed on, unless its trace goes on: that of another must not be handed on. */
export function dropStrayTracestate(passedOn: OutgoingHttpHeaders, received: IncomingHttpHeaders): void {
  if (passedOn["tracestate"] !== undefined && !isContinued(received["traceparent"])) delete passedOn["tracestate"];
}

/** The same for metadata of gRPC. */
export function dropStrayTracestateOf(passedOn: Metadata, received: Metadata): void {
  if (passedOn.get("tracestate").length > 0 && !isContinued(received.get("traceparent")[0])) passedOn.remove("tracestate");
}

/** Whether a trace goes on from what a caller sent; if not, it begins anew. */
function isContinued(traceparent: unknown): boolean {
  return typeof traceparent === "string" && parseTraceparent(traceparent) !== undefined;
}
