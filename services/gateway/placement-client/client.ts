import { setTimeout as delay } from "node:timers/promises";
import { StraightLineError } from "../../common/errors/index.js";
import { type Logger, METRIC, type Metrics } from "../../common/observe/index.js";
import { CHANNEL_OPTIONS, type ClientTls, callUnary, channelCredentials, healthCheck } from "../../common/rpc/index.js";
import { straightlineServices } from "../../common/wire/index.js";
import { grpcStreamOpener } from "./grpc-stream.js";
import { createPlaceStream, type PlaceStream, type StreamEntry } from "./place-stream.js";
import { fromFailure, fromPlacement, toPlaceRequest } from "./translate.js";
import type { OutcomeReport, Placement, PlacementClient, PlaceOptions, PlaceQuery } from "./types.js";

/** Where placement is. */
export interface PlacementClientOptions {
  /** host:port. */
  readonly address: string;
  readonly tls: ClientTls;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** Items that may wait for the stream, each kind: a second's worth of a busy gateway, some MiB at most. */
const MAX_WAITING = 16_384;
/** A Place that was on a stream that broke is sent once more. */
const PLACE_SENDS = 2;
/** Repeating a report is harmless, and the queue is bounded. */
const REPORT_SENDS = Number.POSITIVE_INFINITY;
/** Longest wait for the health check, milliseconds. */
const HEALTH_TIMEOUT_MS = 1000;
/** How often a flush looks again, milliseconds. */
const FLUSH_POLL_MS = 10;

/** Connects to placement; it need not be there yet. */
export function createPlacementClient({ address, tls, log, metrics }: PlacementClientOptions): PlacementClient {
  const { PlacementService } = straightlineServices();
  const client = new PlacementService(address, channelCredentials(tls), CHANNEL_OPTIONS);
  const check = healthCheck(client);
  const dropped = metrics.counter(METRIC.gatewayReportsDropped);
  const stream = createPlaceStream({
    open: grpcStreamOpener(client),
    maxWaiting: MAX_WAITING,
    onDropped() {
      dropped.add(1);
      log.warn("report dropped: placement is away and the queue is full");
    },
  });
  const report = (outcome: OutcomeReport, traceparent?: string): void => stream.report(reportEntry(outcome, traceparent));
  return {
    place: (query, options) => place(stream, query, options, report),
    report,
    serving: () =>
      callUnary(check, { service: "" }, { timeoutMs: HEALTH_TIMEOUT_MS }).then(
        ({ status }) => status === "SERVING",
        () => false,
      ),
    async flush(timeoutMs) {
      const endsAtMs = performance.now() + timeoutMs;
      while (stream.openReports() > 0 && performance.now() < endsAtMs) await delay(FLUSH_POLL_MS);
    },
    close() {
      stream.close();
      client.close();
    },
  };
}

function place(
  stream: PlaceStream,
  query: PlaceQuery,
  { signal, timeoutMs, traceparent = "" }: PlaceOptions,
  report: PlacementClient["report"],
): Promise<Placement> {
  return new Promise((resolve, reject) => {
    let over = false;
    const finish = (): boolean => {
      if (over) return false;
      over = true;
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
      return true;
    };
    const fail = (error: unknown): void => {
      if (finish()) reject(error);
    };
    const onAbort = (): void => fail(signal?.reason);
    const timer = timeoutMs === undefined ? undefined : setTimeout(() => fail(noAnswer(timeoutMs)), timeoutMs);
    if (signal?.aborted) return onAbort();
    signal?.addEventListener("abort", onAbort);
    const entry: StreamEntry = {
      item: { place: toPlaceRequest(query), traceparent },
      maxSends: PLACE_SENDS,
      abandoned: () => over,
      settle({ placement, failure }) {
        if (failure) fail(fromFailure(failure));
        else if (!placement) fail(new StraightLineError("PLACEMENT_UNAVAILABLE", "placement gave an empty answer"));
        else if (finish()) resolve(fromPlacement(placement));
        // Nobody waits for this slot any more; giving it back beats waiting for the lease.
        else if (placement.placementId !== "") report(unused(placement.placementId), traceparent);
      },
      fail: (cause) => fail(new StraightLineError("PLACEMENT_UNAVAILABLE", "the placement service does not answer", { cause })),
    };
    if (!stream.place(entry)) fail(new StraightLineError("OVERLOADED", "too many requests wait for placement"));
  });
}

function noAnswer(timeoutMs: number): StraightLineError {
  return new StraightLineError("PLACEMENT_UNAVAILABLE", `the placement service did not answer within ${timeoutMs} ms`);
}

/** The report of a slot that was granted and never used. */
export function unused(placementId: string): OutcomeReport {
  const nothing = { responseMs: 0, requestBytes: 0, responseBytes: 0, coldStartMs: 0, serviceMs: 0 };
  return { placementId, outcome: "OUTCOME_CANCELLED", ...nothing };
}

function reportEntry(report: OutcomeReport, traceparent = ""): StreamEntry {
  return {
    item: { report, traceparent },
    maxSends: REPORT_SENDS,
    abandoned: () => false,
    settle: () => {},
    fail: () => {},
  };
}
