import { parse, type Spec, View } from "vega";
import type { Entry, ScenarioCount } from "./count.js";

/** One dot: what a rival or ours made of a scenario. */
interface Dot {
  readonly scenario: string;
  readonly series: string;
  readonly value: number;
}

/** A figure to be drawn. Failure rates may be 0, so their axis is linear; times are compared as ratios, so theirs is logarithmic. */
export interface Figure {
  readonly title: string;
  readonly axis: string;
  readonly scale: "log" | "linear";
  readonly read: (entry: Entry) => number;
}

const AXES = { log: { type: "log" }, linear: { type: "linear", zero: true } } as const;

const COLOURS: Readonly<Record<string, string>> = {
  adaptive: "#d62728",
  "paper, one pair": "#1f77b4",
  "paper, tuned": "#7fb3d9",
  "best baseline": "#8c8c8c",
  clairvoyant: "#2ca02c",
};

/** An SVG with a row for each scenario and a dot for ours, the paper's policy, the best baseline and the clairvoyant. */
export async function drawFigure(figure: Figure, scenarios: readonly ScenarioCount[]): Promise<string> {
  const dots = scenarios.flatMap((scenario) => dotsOf(scenario, figure.read));
  return new View(parse(specOf(figure, dots)), { renderer: "none" }).toSVG();
}

function dotsOf({ entries, fixed, tuned, baseline }: ScenarioCount, read: Figure["read"]): Dot[] {
  const series: readonly (readonly [string, Entry | undefined])[] = [
    ["paper, one pair", fixed],
    ["paper, tuned", tuned],
    ["best baseline", baseline],
    ["clairvoyant", entries.clairvoyant],
    ["adaptive", entries.ours],
  ];
  return series.flatMap(([name, entry]) =>
    entry === undefined ? [] : [{ scenario: entries.scenario, series: name, value: read(entry) }],
  );
}

function specOf({ title, axis, scale }: Figure, dots: readonly Dot[]): Spec {
  const rows = new Set(dots.map(({ scenario }) => scenario)).size;
  return {
    $schema: "https://vega.github.io/schema/vega/v6.json",
    background: "white",
    padding: 8,
    width: 560,
    height: rows * 26,
    title: { text: title, anchor: "start" },
    data: [{ name: "dots", values: [...dots] }],
    scales: [
      { name: "x", ...AXES[scale], domain: { data: "dots", field: "value" }, range: "width", nice: true },
      { name: "y", type: "point", domain: { data: "dots", field: "scenario" }, range: "height", padding: 0.5 },
      { name: "colour", type: "ordinal", domain: Object.keys(COLOURS), range: Object.values(COLOURS) },
    ],
    axes: [
      { orient: "bottom", scale: "x", title: axis, grid: true, tickCount: 6, format: scale === "log" ? "~s" : "~p" },
      { orient: "left", scale: "y", grid: true, domain: false, ticks: false },
    ],
    legends: [{ fill: "colour", symbolType: "circle", symbolSize: 90 }],
    marks: [
      {
        type: "symbol",
        from: { data: "dots" },
        encode: {
          enter: {
            x: { scale: "x", field: "value" },
            y: { scale: "y", field: "scenario" },
            fill: { scale: "colour", field: "series" },
            size: { value: 90 },
            opacity: { value: 0.85 },
          },
        },
      },
    ],
  };
}
