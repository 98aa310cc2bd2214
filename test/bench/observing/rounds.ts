import { setTimeout as delay } from "node:timers/promises";
import { type Caller, type RunLoad, streamLoad, tracingCaller, unaryLoad, untraced } from "./load.js";
import type { PlacementProcess } from "./placement-process.js";

/** One way of running: whether callers trace, and whether placement counts. */
interface Mode {
  readonly caller: Caller;
  readonly counting: boolean;
}

const MODES = {
  plain: { caller: untraced, counting: true },
  "1%": { caller: tracingCaller(100), counting: true },
  "100%": { caller: tracingCaller(1), counting: true },
  uncounted: { caller: untraced, counting: false },
} as const satisfies Record<string, Mode>;
type ModeName = keyof typeof MODES;

/** `slice`: requests of one slice, some 20 ms of processor time. `burst`: as many as placement takes in a quarter of a second. */
const LOADS = {
  Place: { run: unaryLoad, slice: 60, burst: 800 },
  PlaceStream: { run: streamLoad, slice: 400, burst: 4000 },
} as const satisfies Record<string, { run: RunLoad; slice: number; burst: number }>;
export type Load = keyof typeof LOADS;
export const LOAD_NAMES = Object.keys(LOADS) as Load[];

const WARM_UP_ROUNDS = 10;
const ROUNDS = 100;
/** Of callers that record all, which no bound is set to. */
const ROUNDS_OF_ALL = 15;
const BURSTS = 7;
/** Spans leave half a second after the first of them at the latest. */
const SENT_AFTER_MS = 700;

/** Throughput in one mode by that in another. */
export interface Ratio {
  /** Median over the rounds: a burst of other work on the machine, which hits one slice or another, moves a sum. */
  readonly ratio: number;
  /** Between them lies, in 19 of 20 measurements, the median of ever more rounds: by the ranks of the rounds, whatever their spread looks like. */
  readonly surely: readonly [number, number];
}

/** What one kind of load came to. */
export interface LoadFigures {
  readonly load: Load;
  /** Requests, each placed and reported, by second of processor time. */
  readonly perCpuSecond: number;
  readonly tracingAt1Percent: Ratio;
  readonly tracingAt100Percent: Ratio;
  readonly metrics: Ratio;
}

/** Processor time of one request by mode, milliseconds. */
type Costs = Readonly<Partial<Record<ModeName, number>>>;

/**
 * Slices of all modes take turns, forth and back in each round, so that what else the machine does meets all alike. Sending spans falls into no slice in
 * particular: it is measured by itself, after bursts, and added.
 */
export async function measure(load: Load, placement: PlacementProcess): Promise<LoadFigures> {
  // All modes: a service that runs for an hour has recorded thousands of requests, and its compiler knows that way as well as the others.
  await runRounds(load, placement, ["plain", "1%", "100%", "uncounted"], WARM_UP_ROUNDS);
  await delay(SENT_AFTER_MS);
  const rounds = await runRounds(load, placement, ["plain", "1%", "uncounted"], ROUNDS);
  const roundsOfAll = await runRounds(load, placement, ["plain", "100%"], ROUNDS_OF_ALL);
  const sendingMs = await measureSending(load, placement);
  const withSending = (costs: Costs, name: "1%" | "100%"): Costs => ({ ...costs, [name]: (costs[name] ?? 0) + sendingMs[name] });
  return {
    load,
    perCpuSecond: Math.round(
      1000 /
        quantile(
          rounds.map(({ plain = 0 }) => plain),
          0.5,
        ),
    ),
    tracingAt1Percent: ratio(
      rounds.map((costs) => withSending(costs, "1%")),
      "1%",
      "plain",
    ),
    tracingAt100Percent: ratio(
      roundsOfAll.map((costs) => withSending(costs, "100%")),
      "100%",
      "plain",
    ),
    metrics: ratio(rounds, "plain", "uncounted"),
  };
}

async function runRounds(load: Load, placement: PlacementProcess, names: readonly ModeName[], count: number): Promise<Costs[]> {
  const { slice } = LOADS[load];
  const rounds: Costs[] = [];
  for (let round = 0; round < count; round++) {
    const order = names.map((_, at) => names[(at + round) % names.length] as ModeName);
    const costs: Partial<Record<ModeName, number>> = {};
    for (const name of [...order, ...order.toReversed()]) {
      const usedMs = await cpuOf(placement, MODES[name].counting, () => runMode(load, name, placement, slice));
      costs[name] = (costs[name] ?? 0) + usedMs / (2 * slice);
    }
    rounds.push(costs);
  }
  return rounds;
}

/** What one request costs after it was answered, milliseconds, beyond what a request that nobody traces does. */
async function measureSending(load: Load, placement: PlacementProcess): Promise<Readonly<Record<"1%" | "100%", number>>> {
  const { burst } = LOADS[load];
  const after = { plain: [] as number[], "1%": [] as number[], "100%": [] as number[] };
  const names = ["plain", "1%", "100%"] as const;
  await delay(SENT_AFTER_MS);
  for (let at = 0; at < BURSTS * names.length; at++) {
    const name = names[at % names.length] as (typeof names)[number];
    await runMode(load, name, placement, burst);
    after[name].push((await cpuOf(placement, true, () => delay(SENT_AFTER_MS))) / burst);
  }
  const plain = quantile(after.plain, 0.5);
  return { "1%": quantile(after["1%"], 0.5) - plain, "100%": quantile(after["100%"], 0.5) - plain };
}

function runMode(load: Load, name: ModeName, { client }: PlacementProcess, count: number): Promise<void> {
  return LOADS[load].run(client, MODES[name].caller, count);
}

async function cpuOf(placement: PlacementProcess, counting: boolean, work: () => Promise<void>): Promise<number> {
  const beforeMs = await placement.cpuMs(counting);
  await work();
  return (await placement.cpuMs(counting)) - beforeMs;
}

function ratio(rounds: readonly Costs[], of: ModeName, by: ModeName): Ratio {
  const pairs = rounds.map((costs) => (costs[by] ?? 0) / (costs[of] ?? 0));
  // The number of rounds below the median is binomial, with a standard deviation of half the root of their number.
  const share = 0.98 / Math.sqrt(pairs.length);
  return { ratio: quantile(pairs, 0.5), surely: [quantile(pairs, 0.5 - share), quantile(pairs, 0.5 + share)] };
}

function quantile(values: readonly number[], share: number): number {
  return [...values].sort((a, b) => a - b)[Math.round((values.length - 1) * share)] ?? Number.NaN;
}
