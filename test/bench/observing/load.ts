import { randomBytes } from "node:crypto";
import { Metadata } from "@grpc/grpc-js";
import type { PlacementServiceClient } from "../../../proto/gen/straightline/v1/PlacementService.js";
import type { PlaceStreamItem } from "../../../proto/gen/straightline/v1/PlaceStreamItem.js";
import type { PlaceStreamResult__Output } from "../../../proto/gen/straightline/v1/PlaceStreamResult.js";
import { callUnary } from "../../../services/common/rpc/index.js";

/** Requests on their way at the same time. */
const IN_FLIGHT = 64;
const STREAM_IN_FLIGHT = 256;
/** Most items of one message. */
const MESSAGE_ITEMS = 128;
const TIMEOUT_MS = 10_000;
const REQUEST = { application: "app", data: { sizeBytes: 2048 } };

/** Gives each request its traceparent; empty: its caller does not trace. */
export type Caller = () => string;

/** A caller that traces nothing. */
export const untraced: Caller = () => "";

/** A caller that traces, and records one request in so many; it counts from one call of a load to the next. */
export function tracingCaller(oneIn: number): Caller {
  let at = 0;
  return () => {
    const sampled = at++ % oneIn === 0;
    const id = randomBytes(24).toString("hex");
    return `00-${id.slice(0, 32)}-${id.slice(32)}-${sampled ? "01" : "00"}`;
  };
}

/** Places and reports so many requests. */
export type RunLoad = (client: PlacementServiceClient, caller: Caller, count: number) => Promise<void>;

/** By unary calls. */
export const unaryLoad: RunLoad = async (client, caller, count) => {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next++ < count) {
      const context = caller();
      const options = { timeoutMs: TIMEOUT_MS, ...(context === "" ? {} : { traceparent: context }) };
      const { placement } = await callUnary(client.Place.bind(client), REQUEST, options);
      const report = { placementId: placement?.placementId ?? "", outcome: "OUTCOME_OK" as const };
      await callUnary(client.Report.bind(client), report, options);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
};

/** On one stream: each answer brings a report and the next request, and as many go in one message as have come in one. */
export const streamLoad: RunLoad = (client, caller, count) => {
  const call = client.PlaceStream(new Metadata());
  const contexts = new Map<number, string>();
  let sent = 0;
  let reported = 0;
  const nextPlace = (): PlaceStreamItem[] => {
    if (sent === count) return [];
    const id = sent++;
    const context = caller();
    contexts.set(id, context);
    return [{ id, place: REQUEST, traceparent: context }];
  };
  const answer = ({ id, placement, failure }: PlaceStreamResult__Output): PlaceStreamItem[] => {
    if (failure) throw new Error(failure.message);
    if (!placement) {
      reported += 1;
      return [];
    }
    const report = { placementId: placement.placementId, outcome: "OUTCOME_OK" as const };
    return [{ id: count + id, report, traceparent: contexts.get(id) ?? "" }, ...nextPlace()];
  };
  const write = (items: PlaceStreamItem[]): void => {
    for (let at = 0; at < items.length; at += MESSAGE_ITEMS) call.write({ items: items.slice(at, at + MESSAGE_ITEMS) });
  };
  return new Promise((resolve, reject) => {
    call.on("data", ({ results }) => {
      write(results.flatMap(answer));
      if (reported === count) call.end();
    });
    call.on("error", reject);
    call.on("end", resolve);
    write(Array.from({ length: STREAM_IN_FLIGHT }, nextPlace).flat());
  });
};
