import {
  duration,
  integer,
  list,
  number,
  oneOf,
  optional,
  positive,
  type Read,
  required,
  shape,
  size,
  tagged,
  text,
} from "./read.js";
import { distributionOf } from "./read-distribution.js";
import { name } from "./read-fleet.js";
import type { ArrivalPattern, LocalityPattern, TracePattern, Workload } from "./types.js";

/** The mapping that is used for the LLM trace: a token is about four characters of text. */
const BYTES_PER_TOKEN = 4;

const traceFields = shape({
  format: required(oneOf("azure-llm", "minute-counts", "timestamps")),
  file: required(text(/./, "the name of a file")),
  speed: optional(positive, 1),
  share: optional(number(0, 1), 1),
  skip: optional(duration, 0),
  rows: optional(list(integer()), []),
  rowSigma: optional(number(0, 10), 0),
  bytesPerUnit: optional<number | undefined>(number(), undefined),
});

const trace: Read<Omit<TracePattern, "type">> = (value, path, faults) => {
  const read = traceFields(value, path, faults);
  if (read === undefined) return undefined;
  const { skip, bytesPerUnit = read.format === "azure-llm" ? BYTES_PER_TOKEN : 1, ...same } = read;
  return { ...same, skipMs: skip, bytesPerUnit };
};

/** Renames fields of durations to their unit. */
function renamed<A extends object, B extends object>(read: Read<A>, rename: (known: A) => B): Read<B> {
  return (value, path, faults) => {
    const known = read(value, path, faults);
    return known === undefined ? undefined : rename(known);
  };
}

const positiveDuration: Read<number> = (value, path, faults) => {
  const ms = duration(value, path, faults);
  if (ms !== 0) return ms;
  faults.push(`${path}: must be above 0`);
  return undefined;
};

const arrivals = tagged<ArrivalPattern>({
  poisson: shape({ rate: required(positive) }),
  bursty: renamed(
    shape({
      quietRate: required(number()),
      burstRate: required(positive),
      quiet: required(positiveDuration),
      burst: required(positiveDuration),
    }),
    ({ quiet, burst, ...rates }) => ({ ...rates, quietMs: quiet, burstMs: burst }),
  ),
  diurnal: renamed(
    shape({
      rate: required(positive),
      amplitude: required(number(0, 1)),
      period: required(positiveDuration),
      phase: optional(number(0, 1), 0),
    }),
    ({ period, ...same }) => ({ ...same, periodMs: period }),
  ),
  trace,
});

const locality = shape({
  requests: optional(number(0, 1), 1),
  share: required(distributionOf(number(0, 1))),
  over: required(oneOf("node", "zone")),
});

const fields = shape({
  application: required(name),
  arrivals: required(arrivals),
  sizes: optional(distributionOf(size), undefined),
  locality: optional<LocalityPattern | undefined>(locality, undefined),
});

/** A workload. */
export const workload: Read<Workload> = (value, path, faults) => {
  const read = fields(value, path, faults);
  if (read === undefined) return undefined;
  const { arrivals: pattern, sizes } = read;
  const hasColumn = pattern.type === "trace" && pattern.format !== "minute-counts";
  if (sizes === undefined && !hasColumn) {
    faults.push(`${path}.sizes: is missing; only the traces azure-llm and timestamps have sizes of their own`);
    return undefined;
  }
  return { application: read.application, arrivals: pattern, sizes, locality: read.locality };
};
