import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { TracePattern } from "../scenario/index.js";
import { type ArrivalStream, bursty, diurnal, poisson } from "./patterns.js";
import { parseTrace } from "./trace-files.js";
import { replay } from "./traces.js";

function times(stream: ArrivalStream, untilMs: number): number[] {
  const seen: number[] = [];
  for (let next = stream(); next !== undefined && next.atMs <= untilMs; next = stream()) seen.push(next.atMs);
  return seen;
}

function between(stamps: readonly number[], fromMs: number, toMs: number): number {
  return stamps.filter((atMs) => atMs >= fromMs && atMs < toMs).length;
}

const TRACE: TracePattern = {
  ...{ type: "trace", format: "azure-llm", file: "trace.csv", speed: 1, share: 1, skipMs: 0 },
  ...{ rows: [], rowSigma: 0, bytesPerUnit: 4 },
};

const LLM = `TIMESTAMP,ContextTokens,GeneratedTokens
2023-11-16 18:17:03.9799600,4808,10
2023-11-16 18:17:04.0319600,3180,8
2023-11-16 18:17:06.9799600,110,27
`;

const COUNTS = `HashFunction,HashApp,HashOwner,minute_1,minute_2,minute_3
a,a,a,0,40,0
b,b,b,3,0,7
`;

describe("patterns of arrivals", () => {
  it("a Poisson process has its rate, and gaps whose spread is their mean", () => {
    const stamps = times(poisson({ type: "poisson", rate: 50 }, 1), 400_000);
    const gaps = stamps.map((atMs, at) => atMs - (stamps[at - 1] ?? 0));
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length;
    assert.ok(Math.abs(stamps.length / 20_000 - 1) < 0.03, `${stamps.length}`);
    assert.ok(Math.abs(Math.sqrt(variance) / mean - 1) < 0.05);
  });

  it("a bursty one has the mean of its two rates, weighed by their time, and far more spread", () => {
    const pattern = { type: "bursty", quietRate: 10, burstRate: 100, quietMs: 900, burstMs: 100 } as const;
    const stamps = times(bursty(pattern, 2), 2_000_000);
    assert.ok(Math.abs(stamps.length / 38_000 - 1) < 0.05, `${stamps.length}`);
    const seconds = Array.from({ length: 2000 }, (_, at) => between(stamps, at * 1000, (at + 1) * 1000));
    const variance = seconds.reduce((sum, count) => sum + (count - 19) ** 2, 0) / seconds.length;
    assert.ok(variance > 2 * 19, `${variance}`);
  });

  it("a diurnal one is high in the first half of its period and low in the second", () => {
    const stamps = times(diurnal({ type: "diurnal", rate: 100, amplitude: 1, periodMs: 100_000, phase: 0 }, 3), 100_000);
    const share = between(stamps, 0, 50_000) / stamps.length;
    // 1/2 + amplitude / pi.
    assert.ok(Math.abs(share - 0.818) < 0.02, `${share}`);
  });

  it("is the same for the same key, and another for another", () => {
    const pattern = { type: "poisson", rate: 50 } as const;
    assert.deepEqual(times(poisson(pattern, 1), 1000), times(poisson(pattern, 1), 1000));
    assert.notDeepEqual(times(poisson(pattern, 1), 1000), times(poisson(pattern, 2), 1000));
  });
});

describe("traces", () => {
  it("reads time stamps and tokens, at four bytes a token", () => {
    const stream = replay(TRACE, parseTrace(TRACE, LLM), 1);
    const seen = [stream(), stream(), stream()];
    assert.equal(stream(), undefined);
    assert.deepEqual(
      seen.map((one) => one?.sizeBytes),
      [19_232, 12_720, 440],
    );
    assert.deepEqual(
      seen.map((one) => one?.units),
      [10, 8, 27],
    );
    assert.deepEqual(
      seen.map((one) => Math.round(one?.atMs ?? 0)),
      [0, 52, 3000],
    );
  });

  it("speeds up, skips the beginning and takes a share", () => {
    const fast = { ...TRACE, speed: 3, skipMs: 1000 };
    assert.deepEqual(times(replay(fast, parseTrace(fast, LLM), 1), 1e9).map(Math.round), [667]);
    const many = Array.from({ length: 2000 }, (_, at) => `${at},5`).join("\n");
    const half: TracePattern = { ...TRACE, format: "timestamps", share: 0.5 };
    const taken = times(replay(half, parseTrace(half, many), 1), 1e9).length;
    assert.ok(Math.abs(taken - 1000) < 100, `${taken}`);
  });

  it("spreads counts over their minutes, in order", () => {
    const pattern: TracePattern = { ...TRACE, format: "minute-counts" };
    const stamps = times(replay(pattern, parseTrace(pattern, COUNTS), 1), 1e9);
    const perMinute = [0, 1, 2].map((minute) => between(stamps, minute * 60_000, (minute + 1) * 60_000));
    assert.deepEqual(perMinute, [3, 40, 7]);
    assert.deepEqual(
      stamps,
      [...stamps].sort((a, b) => a - b),
    );
    const onlyB: TracePattern = { ...pattern, rows: [1] };
    assert.equal(times(replay(onlyB, parseTrace(onlyB, COUNTS), 1), 1e9).length, 10);
  });

  it("gives each function sizes of its own", () => {
    const pattern: TracePattern = { ...TRACE, format: "minute-counts", rowSigma: 1 };
    const stream = replay(pattern, parseTrace(pattern, COUNTS), 1);
    const factors = new Set<number>();
    for (let next = stream(); next !== undefined; next = stream()) factors.add(next.sizeFactor);
    assert.equal(factors.size, 2);
  });

  for (const [title, format, text] of [
    ["tokens that are no numbers", "azure-llm", LLM.replace("3180", "many")],
    ["a time stamp that is none", "timestamps", "0,1\nsoon,2"],
    ["a row that is not there", "minute-counts", COUNTS],
  ] as const) {
    it(`refuses ${title}`, () => {
      const pattern: TracePattern = { ...TRACE, format, rows: format === "minute-counts" ? [5] : [] };
      assert.throws(() => parseTrace(pattern, text), { code: "CONFIG_INVALID" });
    });
  }
});
