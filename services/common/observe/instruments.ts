/** UCUM: seconds, bytes, a ratio, things that are counted, and how many of them a second; a new one needs its suffix in exposition.ts. */
export type Unit = "s" | "By" | "1" | `{${string}}` | "{request}/s";

/** What a metric is, as the catalogue declares it. `labels` are names of attributes; their values are given in the same order. */
interface Definition<L extends readonly string[]> {
  /** As OpenTelemetry writes it, with dots. */
  readonly name: string;
  readonly unit: Unit;
  readonly description: string;
  readonly labels: L;
}

/** A sum that only grows. */
export interface CounterDefinition<L extends readonly string[] = readonly string[]> extends Definition<L> {
  readonly type: "counter";
}

/** A value of this moment. */
export interface GaugeDefinition<L extends readonly string[] = readonly string[]> extends Definition<L> {
  readonly type: "gauge";
}

/** How often values fell into each range. */
export interface HistogramDefinition<L extends readonly string[] = readonly string[]> extends Definition<L> {
  readonly type: "histogram";
  /** Upper bounds of the buckets, rising; the last bucket is open. */
  readonly bounds: readonly number[];
}

/** Any of them. */
export type MetricDefinition = CounterDefinition | GaugeDefinition | HistogramDefinition;

/** A value for each label. */
export type LabelValues<L extends readonly string[]> = { readonly [K in keyof L]: string };

/** What a histogram has seen. */
export interface HistogramValue {
  count: number;
  sum: number;
  /** One more than there are bounds. */
  readonly buckets: number[];
}

/** One series: the values of its labels, and what has been counted under them. */
export interface Point {
  /** In the definition's order; undefined: everything that came after the limit of series was reached. */
  readonly labels: readonly string[] | undefined;
  readonly value: number | HistogramValue;
}

/**
 * Series of one metric. Beyond this many, what is new is counted in one series marked `otel.metric.overflow`, so that invented names cannot
 * fill the memory: the sum stays right, the detail is lost.
 */
export const SERIES_LIMIT = 1000;

/** One series. */
interface Series<T> {
  /** Undefined: everything beyond the limit. */
  readonly labels: readonly string[] | undefined;
  readonly cell: T;
}

/** What is known below the values of the first labels. */
interface Branch<T> {
  series: Series<T> | undefined;
  readonly next: Map<string, Branch<T>>;
}

/**
 * Cells by label values, at most SERIES_LIMIT and one. A tree with a level for each label: one key made of all values would be a string to build and to hash
 * at each count.
 */
export class SeriesTable<T> {
  readonly #root: Branch<T> = { series: undefined, next: new Map() };
  readonly #all: Series<T>[] = [];
  readonly #create: () => T;

  constructor(create: () => T) {
    this.#create = create;
  }

  /** The cell of these labels, made if it is not there. */
  cell(labels: readonly string[]): T {
    let branch = this.#root;
    for (const label of labels) {
      const next = branch.next.get(label);
      if (next === undefined) return this.#add(labels);
      branch = next;
    }
    return branch.series?.cell ?? this.#add(labels);
  }

  /** In order of their first use. */
  entries(): Iterable<Series<T>> {
    return this.#all;
  }

  #add(labels: readonly string[]): T {
    const last = this.#all.at(-1);
    if (last !== undefined && last.labels === undefined) return last.cell;
    const series = { labels: this.#all.length >= SERIES_LIMIT ? undefined : labels, cell: this.#create() };
    this.#all.push(series);
    if (series.labels !== undefined) this.#branchOf(labels).series = series;
    return series.cell;
  }

  #branchOf(labels: readonly string[]): Branch<T> {
    return labels.reduce((branch, label) => {
      const next = branch.next.get(label) ?? { series: undefined, next: new Map() };
      branch.next.set(label, next);
      return next;
    }, this.#root);
  }
}

/** Adds a value to a histogram. */
export function recordValue(histogram: HistogramValue, bounds: readonly number[], value: number): void {
  let at = 0;
  // A bound belongs to the bucket below it. There are few, so that a search would cost more than it saves.
  while (at < bounds.length && value > (bounds[at] as number)) at += 1;
  histogram.buckets[at] = (histogram.buckets[at] ?? 0) + 1;
  histogram.count += 1;
  histogram.sum += value;
}
