import type { Validation, ValidationFigures } from "../validate.js";
import { type Count, type Entry, keepsCap, rivalsOf, type ScenarioCount, type Verdict } from "./count.js";

/** What each figure of the verdict is to stay under. */
export const TARGETS: Readonly<Record<keyof Verdict, number>> = {
  geoP95VsPaperFixed: 0.75,
  geoFailuresVsPaperFixed: 0.5,
  geoP95VsPaperTuned: 0.9,
  geoP95VsBaselines: 0.8,
  worstP95VsBest: 1.05,
  worstP99VsBest: 1.1,
  worstFailureGap: 0.001,
  geoMeanVsClairvoyant: 1.05,
};

/** What the tables are made of beside the count. */
export interface Facts {
  readonly seeds: readonly number[];
  /** Scenarios left out because their trace was not there. */
  readonly skipped: readonly string[];
  readonly validation: Validation;
  /** Scenarios outside of the verdict: the paper's policy has the one pair alone. */
  readonly heldOut: Count;
  readonly heldOutSeeds: readonly number[];
}

/** The generated part of docs/evaluation.md. */
export function tablesOf(count: Count, { seeds, skipped, validation, heldOut, heldOutSeeds }: Facts): string {
  const left = skipped.map((name) => `Left out, as its trace was not there: ${name}.`);
  return [
    `Seeds ${seeds.join(", ")}. The one pair of F and D: ${count.fixed}; it fails more than 1% of requests in ${count.hurting} scenarios.`,
    ...left,
    "### Verdict",
    table(
      ["figure", "measured", "target", ""],
      Object.entries(TARGETS).map(([name, target]) => verdictRow(count.verdict, name, target)),
    ),
    "### Ours against the best of each sort",
    "p95 ms / p99 ms / failed.",
    table(
      [
        "scenario",
        "adaptive",
        "paper, one pair",
        "paper, tuned",
        "best baseline",
        "clairvoyant",
        "p95 to the best",
        "p99 to the best",
        "p95 to the one pair",
        "clairvoyant's p95 to it",
      ],
      count.scenarios.map(summaryRow),
    ),
    "### Scenarios outside of the verdict",
    `Seeds ${heldOutSeeds.join(", ")}; the same configuration of adaptive and the same one pair. p95 ms / p99 ms / failed.`,
    table(
      [
        "scenario",
        "adaptive",
        "paper, one pair",
        "best baseline",
        "clairvoyant",
        "p95 to the best",
        "p99 to the best",
        "failures less the fewest",
      ],
      heldOut.scenarios.map(heldOutRow),
    ),
    "### The simulator against the real mesh",
    validationTable(validation),
    "### Every policy in every scenario",
    ...count.scenarios.flatMap(({ entries }) => [
      `#### ${entries.scenario}`,
      table(
        COLUMNS.map(([title]) => title),
        [entries.ours, entries.clairvoyant, ...entries.baselines, ...entries.grid].map(row),
      ),
    ]),
  ].join("\n\n");
}

const COLUMNS: readonly (readonly [string, (entry: Entry) => string])[] = [
  ["policy", (entry) => (keepsCap(entry) ? entry.label : `${entry.label} (over the cap)`)],
  ["requests", ({ result }) => String(Math.round(result.requests))],
  ["failed", ({ result }) => percent(result.failureRate)],
  ["mean ms", ({ result }) => ms(result.meanMs)],
  ["p50 ms", ({ result }) => ms(result.p50Ms)],
  ["p95 ms", ({ result }) => ms(result.p95Ms)],
  ["p99 ms", ({ result }) => ms(result.p99Ms)],
  ["in time", ({ result }) => percent(result.sloAttainment)],
  ["cost", ({ result }) => result.cost.toFixed(4)],
  ["cold starts", ({ result }) => String(Math.round(result.coldStarts))],
  [
    "vm / container / serverless",
    ({ result: { byKind } }) => [byKind.vm, byKind.container, byKind.serverless].map(Math.round).join(" / "),
  ],
];

function row(entry: Entry): readonly string[] {
  return COLUMNS.map(([, read]) => read(entry));
}

function verdictRow(verdict: Verdict, name: string, target: number): readonly string[] {
  const measured = verdict[name as keyof Verdict];
  return [`\`${name}\``, figure(measured), String(target), measured <= target ? "met" : "**not met**"];
}

function summaryRow({ entries, fixed, tuned, baseline }: ScenarioCount): readonly string[] {
  const rivals = rivalsOf(entries);
  const ratio = (read: (entry: Entry["result"]) => number): string =>
    figure(read(entries.ours.result) / Math.min(...rivals.map(read)));
  return [
    entries.scenario,
    ...[entries.ours, fixed, tuned, baseline, entries.clairvoyant].map(short),
    ratio(({ p95Ms }) => p95Ms),
    ratio(({ p99Ms }) => p99Ms),
    ...[entries.ours, entries.clairvoyant].map(({ result }) => figure(result.p95Ms / fixed.result.p95Ms)),
  ];
}

function heldOutRow({ entries, fixed, baseline }: ScenarioCount): readonly string[] {
  const rivals = rivalsOf(entries);
  const { p95Ms, p99Ms, failureRate } = entries.ours.result;
  return [
    entries.scenario,
    ...[entries.ours, fixed, baseline, entries.clairvoyant].map(short),
    figure(p95Ms / Math.min(...rivals.map((rival) => rival.p95Ms))),
    figure(p99Ms / Math.min(...rivals.map((rival) => rival.p99Ms))),
    percent(failureRate - Math.min(...rivals.map((rival) => rival.failureRate))),
  ];
}

function short(entry: Entry | undefined): string {
  if (entry === undefined) return "all over the cap";
  const { p95Ms, p99Ms, failureRate } = entry.result;
  return `${ms(p95Ms)} / ${ms(p99Ms)} / ${percent(failureRate)}${keepsCap(entry) ? "" : ", over the cap"}`;
}

/** Both figures of the same workload, and their ratio. */
function validationTable({ policies }: Validation): string {
  const figures = (policy: string, where: string, { requests, failureRate, meanMs, p50Ms, p95Ms, byKind }: ValidationFigures) => [
    ...[policy, where, String(requests), percent(failureRate), ms(meanMs), ms(p50Ms), ms(p95Ms)],
    Object.entries(byKind)
      .map(([kind, count]) => `${kind} ${count}`)
      .join(", "),
  ];
  const rows = policies.flatMap(({ policy, real, simulated, ratio }) => [
    figures(policy, "real mesh", real),
    figures(policy, "simulator", simulated),
    [policy, "ratio", "", "", figure(ratio.meanMs), figure(ratio.p50Ms), figure(ratio.p95Ms), ""],
  ]);
  return table(["policy", "", "requests", "failed", "mean ms", "p50 ms", "p95 ms", "by kind"], rows);
}

function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(titles), line(titles.map(() => "---")), ...rows.map(line)].join("\n");
}

function ms(value: number): string {
  return value < 100 ? value.toFixed(1) : String(Math.round(value));
}

function percent(ratio: number): string {
  // Adding 0 makes of the -0 that a tiny difference rounds to a 0.
  return `${(Math.round(ratio * 10_000) / 100 + 0).toFixed(2)}%`;
}

/** Three places, or as many more as a small figure needs. */
function figure(value: number): string {
  return value !== 0 && Math.abs(value) < 0.1 ? value.toPrecision(3) : value.toFixed(3);
}
