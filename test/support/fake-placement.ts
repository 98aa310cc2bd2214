import { type ServerDuplexStream, status } from "@grpc/grpc-js";
import type { PlaceRequest__Output } from "../../proto/gen/straightline/v1/PlaceRequest.js";
import type { PlaceStreamRequest__Output } from "../../proto/gen/straightline/v1/PlaceStreamRequest.js";
import type { PlaceStreamResponse } from "../../proto/gen/straightline/v1/PlaceStreamResponse.js";
import type { PlaceStreamResult } from "../../proto/gen/straightline/v1/PlaceStreamResult.js";
import type { ReportRequest__Output } from "../../proto/gen/straightline/v1/ReportRequest.js";
import { startRpcServer } from "../../services/common/rpc/index.js";
import { straightlineServices } from "../../services/common/wire/index.js";
import { eventually } from "./eventually.js";

/** A Place as it came in. */
export interface SeenPlace extends PlaceRequest__Output {
  readonly traceparent: string;
}

/** What the test decides; "silence": no answer. */
export type Decide = (place: SeenPlace, number: number) => Omit<PlaceStreamResult, "id"> | "silence";

/** A placement service whose decisions a test writes. */
export interface FakePlacement {
  readonly address: string;
  readonly places: readonly SeenPlace[];
  readonly reports: readonly ReportRequest__Output[];
  /** Items of each message received. */
  readonly batches: readonly number[];
  /** Streams opened since the start. */
  readonly streams: number;
  decide(by: Decide): void;
  /** Holds the answers of the next message until the test releases them. */
  hold(by: (release: () => void) => void): void;
  /** Breaks every stream, as a restart does. */
  breakStreams(): void;
  /** Resolves once every placement given has been reported. */
  settled(): Promise<void>;
  /** Resolves with the reports once there are as many. */
  waitForReports(count: number): Promise<readonly ReportRequest__Output[]>;
  stop(): Promise<void>;
}

type Stream = ServerDuplexStream<PlaceStreamRequest__Output, PlaceStreamResponse>;

/** Starts a fake placement on a free port, or on the one given. */
export async function startFakePlacement(decide: Decide, port = 0): Promise<FakePlacement> {
  const places: SeenPlace[] = [];
  const reports: ReportRequest__Output[] = [];
  const batches: number[] = [];
  const open = new Set<Stream>();
  let streams = 0;
  let granted = 0;
  let current = decide;
  let holdNext: ((release: () => void) => void) | undefined;
  const answer = (item: PlaceStreamRequest__Output["items"][number]): PlaceStreamResult[] => {
    if (item.report) reports.push(item.report);
    if (!item.place) return [{ id: item.id }];
    const seen = { ...item.place, traceparent: item.traceparent };
    const result = current(seen, places.push(seen));
    if (result !== "silence" && result.placement && !seen.dryRun) granted++;
    return result === "silence" ? [] : [{ ...result, id: item.id }];
  };
  const PlaceStream = (stream: Stream): void => {
    streams++;
    open.add(stream);
    stream.on("data", (message: PlaceStreamRequest__Output) => {
      batches.push(message.items.length);
      const results = message.items.flatMap(answer);
      const send = (): void => {
        if (results.length > 0 && open.has(stream)) stream.write({ results });
      };
      const hold = holdNext;
      holdNext = undefined;
      if (hold === undefined) send();
      else hold(send);
    });
    stream.on("end", () => stream.end());
    stream.on("cancelled", () => open.delete(stream));
  };
  const breakStreams = (): void => {
    for (const stream of open) stream.emit("error", { code: status.UNAVAILABLE, details: "broken by the test" });
    open.clear();
  };
  const server = await startRpcServer({
    host: "127.0.0.1",
    port,
    tls: { certFile: "", keyFile: "", clientCaFile: "" },
    services: [{ definition: straightlineServices().PlacementService.service, implementation: { PlaceStream } }],
    reflection: "straightline",
    maxMessageBytes: 4 * 1024 * 1024,
  });
  return {
    address: `127.0.0.1:${server.port}`,
    places,
    reports,
    batches,
    get streams() {
      return streams;
    },
    decide: (by) => {
      current = by;
    },
    hold: (by) => {
      holdNext = by;
    },
    breakStreams,
    settled: async () => void (await eventually(() => reports.length >= granted, { what: "every placement's report" })),
    async waitForReports(count) {
      await eventually(() => reports.length >= count, { what: `${count} reports` });
      return reports;
    },
    async stop() {
      breakStreams();
      await server.drain(100);
    },
  };
}
