import type { AveragedResult } from "../../../services/simulator/index.js";

/** What a contender made of a scenario, and whether it broke the price cap: then it is shown, and is no rival. */
export interface Entry {
  readonly label: string;
  readonly result: AveragedResult;
}

/** One scenario's entries by the part they have in the count. */
export interface ScenarioEntries {
  readonly scenario: string;
  readonly ours: Entry;
  readonly clairvoyant: Entry;
  readonly baselines: readonly Entry[];
  /** The paper's policy, one entry for each pair of F and D, in the same order in every scenario. */
  readonly grid: readonly Entry[];
}

/** The figures by which the policies are compared: ratios of ours to another, lower is better. Infinity where no rival is left. */
export interface Verdict {
  readonly geoP95VsPaperFixed: number;
  readonly geoFailuresVsPaperFixed: number;
  readonly geoP95VsPaperTuned: number;
  readonly geoP95VsBaselines: number;
  readonly worstP95VsBest: number;
  readonly worstP99VsBest: number;
  readonly worstFailureGap: number;
  readonly geoMeanVsClairvoyant: number;
}

/** A verdict with the rivals that it rests on. */
export interface Count {
  readonly verdict: Verdict;
  /** Label of the one pair of F and D that is best over all scenarios. */
  readonly fixed: string;
  readonly scenarios: readonly ScenarioCount[];
  /** Scenarios in which the fixed pair fails more than one request in a hundred. */
  readonly hurting: number;
}

/** One scenario's rivals. Undefined: each of that sort breaks the price cap. */
export interface ScenarioCount {
  readonly entries: ScenarioEntries;
  readonly fixed: Entry;
  readonly tuned: Entry | undefined;
  readonly baseline: Entry | undefined;
}

/** Failure rates below this are one request in a thousand or less: such scenarios tell nothing about failures. */
const LEAST_FAILURE_RATE = 0.001;
const HURTING_FAILURE_RATE = 0.01;

/** Counts. Throws on no scenarios. */
export function count(all: readonly ScenarioEntries[]): Count {
  const fixedAt = bestFixed(all);
  const scenarios = all.map((entries) => ({
    entries,
    fixed: at(entries.grid, fixedAt),
    tuned: bestOf(entries.grid),
    baseline: bestOf(entries.baselines),
  }));
  return {
    verdict: verdictOf(scenarios),
    fixed: at(scenarios, 0).fixed.label,
    scenarios,
    hurting: scenarios.filter(({ fixed }) => fixed.result.failureRate > HURTING_FAILURE_RATE).length,
  };
}

function verdictOf(scenarios: readonly ScenarioCount[]): Verdict {
  const p95 = (rivalOf: (one: ScenarioCount) => Entry | undefined): number =>
    geometricMean(ratios(scenarios, rivalOf, ({ p95Ms }) => p95Ms));
  const contested = scenarios.filter(({ entries }) => rivalsOf(entries).length > 0);
  const worst = (read: (result: AveragedResult) => number): number =>
    Math.max(...contested.map(({ entries }) => read(entries.ours.result) / Math.min(...rivalsOf(entries).map(read))));
  const failing = scenarios.filter(({ fixed }) => fixed.result.failureRate > LEAST_FAILURE_RATE);
  const failureRate = ({ failureRate }: AveragedResult): number => failureRate + LEAST_FAILURE_RATE;
  return {
    geoP95VsPaperFixed: p95(({ fixed }) => asRival(fixed)),
    geoFailuresVsPaperFixed: geometricMean(ratios(failing, ({ fixed }) => asRival(fixed), failureRate)),
    geoP95VsPaperTuned: p95(({ tuned }) => tuned),
    geoP95VsBaselines: p95(({ baseline }) => baseline),
    worstP95VsBest: worst(({ p95Ms }) => p95Ms),
    worstP99VsBest: worst(({ p99Ms }) => p99Ms),
    worstFailureGap: Math.max(
      ...contested.map(
        ({ entries }) => entries.ours.result.failureRate - Math.min(...rivalsOf(entries).map(({ failureRate: rate }) => rate)),
      ),
    ),
    geoMeanVsClairvoyant: geometricMean(
      ratios(
        scenarios,
        ({ entries }) => entries.clairvoyant,
        ({ meanMs }) => meanMs,
      ),
    ),
  };
}

/** Ours to a rival, scenario by scenario; those without such a rival are left out. */
function ratios(
  scenarios: readonly ScenarioCount[],
  rivalOf: (one: ScenarioCount) => Entry | undefined,
  read: (result: AveragedResult) => number,
): number[] {
  return scenarios.flatMap((one) => {
    const rival = rivalOf(one);
    return rival === undefined ? [] : [read(one.entries.ours.result) / read(rival.result)];
  });
}

/** Results of all that keep within the price cap but ours and the clairvoyant's: a figure's best may come from any of them. */
export function rivalsOf({ baselines, grid }: ScenarioEntries): AveragedResult[] {
  return [...baselines, ...grid].filter(keepsCap).map(({ result }) => result);
}

/** The pair with the lowest geometric mean of p95 over all scenarios, one that breaks a price cap there too. */
function bestFixed(all: readonly ScenarioEntries[]): number {
  const pairs = at(all, 0).grid.map((_, pair) => geometricMean(all.map(({ grid }) => at(grid, pair).result.p95Ms)));
  return pairs.indexOf(Math.min(...pairs));
}

function bestOf(entries: readonly Entry[]): Entry | undefined {
  return entries
    .filter(keepsCap)
    .reduce<Entry | undefined>(
      (best, entry) => (best === undefined || entry.result.p95Ms < best.result.p95Ms ? entry : best),
      undefined,
    );
}

function asRival(entry: Entry): Entry | undefined {
  return keepsCap(entry) ? entry : undefined;
}

/** True when no request has cost more than the scenario's cap. */
export function keepsCap({ result }: Entry): boolean {
  return result.overPriceCap === 0;
}

/** Infinity of none. */
function geometricMean(values: readonly number[]): number {
  if (values.length === 0) return Number.POSITIVE_INFINITY;
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

function at<T>(list: readonly T[], index: number): T {
  const value = list[index];
  if (value === undefined) throw new Error(`nothing to count at ${index}`);
  return value;
}
