/** What a metric is, as the catalogue declares it. `labels` are names of attributes; their values are given in the same order. */
interface Definition<L extends readonly string[]> {
  /** As OpenTelemetry writes it, with dots. */
  readonly name: string;
  /** UCUM: "s", "By", "1", or a word in braces for things that are counted. */
  readonly unit: string;
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

/** Cannot be part of a label's value that is also part of a name. */
const SEPARATOR = "\u0001";

/** Cells by label values, at most SERIES_LIMIT and one. */
export class SeriesTable<T> {
  readonly #cells = new Map<string, { readonly labels: readonly string[] | undefined; readonly cell: T }>();
  readonly #create: () => T;

  constructor(create: () => T) {
    this.#create = create;
  }

  /** The cell of these labels, made if it is not there. */
  cell(labels: readonly string[]): T {
    const key = labels.length === 1 ? (labels[0] as string) : labels.join(SEPARATOR);
    return this.#cells.get(key)?.cell ?? this.#add(key, labels);
  }

  entries(): Iterable<{ readonly labels: readonly string[] | undefined; readonly cell: T }> {
    return this.#cells.values();
  }

  #add(key: string, labels: readonly string[]): T {
    const isFull = this.#cells.size >= SERIES_LIMIT;
    const name = isFull ? OVERFLOW_KEY : key;
    const found = this.#cells.get(name);
    if (found !== undefined) return found.cell;
    const cell = this.#create();
    this.#cells.set(name, { labels: isFull ? undefined : labels, cell });
    return cell;
  }
}

/** No joined labels look like this. */
const OVERFLOW_KEY = `${SEPARATOR}${SEPARATOR}overflow`;

/** Adds a value to a histogram. */
export function recordValue(histogram: HistogramValue, bounds: readonly number[], value: number): void {
  let at = 0;
  // A bound belongs to the bucket below it. There are few, so that a search would cost more than it saves.
  while (at < bounds.length && value > (bounds[at] as number)) at += 1;
  histogram.buckets[at] = (histogram.buckets[at] ?? 0) + 1;
  histogram.count += 1;
  histogram.sum += value;
}
