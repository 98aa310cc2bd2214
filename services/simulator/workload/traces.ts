import { drawUniform, keyOf, normalQuantile } from "../draws/index.js";
import type { TracePattern } from "../scenario/index.js";
import type { Arrival, ArrivalStream } from "./patterns.js";
import { type FunctionCounts, MINUTE_MS, minutesOf, type TraceData, type TraceRow } from "./trace-files.js";

/** Arrivals as a trace has them, sped up, thinned and cut at the beginning; `key` seeds what the file leaves open. */
export function replay(pattern: TracePattern, data: TraceData, key: number): ArrivalStream {
  return data.type === "rows" ? replayRows(pattern, data.rows, key) : replayCounts(pattern, data.functions, key);
}

function replayRows({ skipMs, speed, share }: TracePattern, rows: readonly TraceRow[], key: number): ArrivalStream {
  let at = 0;
  return () => {
    for (let row = rows[at]; row !== undefined; row = rows[at]) {
      at += 1;
      if (row.atMs < skipMs || drawUniform(key, "thinning", at) > share) continue;
      return { atMs: (row.atMs - skipMs) / speed, sizeBytes: row.sizeBytes, sizeFactor: 1, units: row.units };
    }
    return undefined;
  };
}

/** Counts say how many, not when: arrivals are spread over their minute at random. */
function replayCounts(pattern: TracePattern, functions: readonly FunctionCounts[], key: number): ArrivalStream {
  const minutes = minutesOf(functions);
  let minute = Math.floor(pattern.skipMs / MINUTE_MS);
  let ahead: Arrival[] = [];
  let next = 0;
  return () => {
    while (next >= ahead.length && minute < minutes) {
      ahead = functions.flatMap((one) => arrivalsIn(minute, one, pattern, key)).sort((a, b) => a.atMs - b.atMs);
      next = 0;
      minute += 1;
    }
    return ahead[next++];
  };
}

function arrivalsIn(minute: number, { row, perMinute }: FunctionCounts, pattern: TracePattern, key: number): Arrival[] {
  const { skipMs, speed, share, rowSigma } = pattern;
  const minuteKey = keyOf(key, row, minute);
  const sizeFactor = Math.exp(rowSigma * normalQuantile(drawUniform(keyOf(key, row), "function")));
  return Array.from({ length: perMinute[minute] ?? 0 }, (_, at) => at)
    .filter((at) => drawUniform(minuteKey, "thinning", at) <= share)
    .map((at) => ({
      atMs: ((minute + drawUniform(minuteKey, "gap", at)) * MINUTE_MS - skipMs) / speed,
      sizeBytes: undefined,
      sizeFactor,
      units: 0,
    }))
    .filter(({ atMs }) => atMs >= 0);
}
