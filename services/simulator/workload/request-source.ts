import { drawUniform, keyOf, quantile } from "../draws/index.js";
import type { Scenario, Workload } from "../scenario/index.js";
import { type Arrival, type ArrivalStream, bursty, diurnal, poisson } from "./patterns.js";
import type { TraceData } from "./trace-files.js";
import { replay } from "./traces.js";

/** A request before it is placed: the same under every policy. */
export interface OfferedRequest {
  /** All its draws come from this. */
  readonly key: number;
  readonly application: string;
  /** From the beginning of the run. */
  readonly atMs: number;
  readonly sizeBytes: number;
  readonly units: number;
  /** The draws of its service time and of its spread; the same wherever it is served. */
  readonly serviceDraw: number;
  readonly spreadDraw: number;
  /** Where part of its data lies; undefined: nowhere in the fleet. */
  readonly home: Home | undefined;
}

/** A place that holds `share` of a request's data. */
export interface Home {
  readonly id: string;
  readonly share: number;
}

/** Gives the requests of one workload in order of time; undefined: there are no more. */
export type RequestSource = () => OfferedRequest | undefined;

/** What the requests of a workload can lie at: ids of nodes or zones that hold its application. */
export type HomesOf = (application: string, over: "node" | "zone") => readonly string[];

/** The requests of each workload with a seed, until the scenario's duration; `traces` by workload, in their order. */
export function createRequestSources(
  { workloads, durationMs = Number.POSITIVE_INFINITY }: Scenario,
  traces: readonly (TraceData | undefined)[],
  seed: number,
  homesOf: HomesOf,
): RequestSource[] {
  return workloads.map((workload, at) => {
    const key = keyOf(seed, at);
    const stream = streamOf(workload, traces[at], key);
    const homes = workload.locality === undefined ? [] : homesOf(workload.application, workload.locality.over);
    let count = 0;
    return () => {
      const arrival = stream();
      if (arrival === undefined || arrival.atMs > durationMs) return undefined;
      return offer(workload, arrival, keyOf(key, count++), homes);
    };
  });
}

function streamOf({ arrivals }: Workload, trace: TraceData | undefined, key: number): ArrivalStream {
  switch (arrivals.type) {
    case "poisson":
      return poisson(arrivals, key);
    case "bursty":
      return bursty(arrivals, key);
    case "diurnal":
      return diurnal(arrivals, key);
    case "trace":
      return trace === undefined ? () => undefined : replay(arrivals, trace, key);
  }
}

function offer(
  { application, sizes, locality }: Workload,
  arrival: Arrival,
  key: number,
  homes: readonly string[],
): OfferedRequest {
  const drawn = sizes === undefined ? 0 : quantile(sizes, drawUniform(key, "size")) * arrival.sizeFactor;
  const isLocal = locality !== undefined && homes.length > 0 && drawUniform(key, "locality") < locality.requests;
  return {
    key,
    application,
    atMs: arrival.atMs,
    units: arrival.units,
    serviceDraw: drawUniform(key, "service"),
    spreadDraw: drawUniform(key, "spread"),
    sizeBytes: arrival.sizeBytes ?? Math.round(drawn),
    home: isLocal ? homeOf(homes, quantile(locality.share, drawUniform(key, "locality", 1)), key) : undefined,
  };
}

function homeOf(homes: readonly string[], share: number, key: number): Home | undefined {
  const id = homes[Math.floor(drawUniform(key, "home") * homes.length)];
  return id === undefined ? undefined : { id, share };
}
