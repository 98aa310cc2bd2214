import {
  type CounterDefinition,
  type GaugeDefinition,
  type HistogramDefinition,
  type HistogramValue,
  type LabelValues,
  type MetricDefinition,
  type Point,
  recordValue,
  SeriesTable,
} from "./instruments.js";

/** Counts. */
export interface Counter<L extends readonly string[]> {
  /** `value` must not be negative. */
  add(value: number, ...labels: LabelValues<L>): void;
}

/** Sorts values into buckets. */
export interface Histogram<L extends readonly string[]> {
  record(value: number, ...labels: LabelValues<L>): void;
}

/** Called at each collection; tells each value by `set`. */
export type Observer<L extends readonly string[]> = (set: (value: number, ...labels: LabelValues<L>) => void) => void;

/** A metric with all its series at one moment. */
export interface MetricSnapshot {
  readonly definition: MetricDefinition;
  readonly points: readonly Point[];
}

/** The metrics of one process. Counting costs a look-up in a Map, so that it may stand on the path of every request. */
export interface Metrics {
  /** The counter of a definition: the same one each time. */
  counter<L extends readonly string[]>(definition: CounterDefinition<L>): Counter<L>;
  histogram<L extends readonly string[]>(definition: HistogramDefinition<L>): Histogram<L>;
  /** Asks `observer` at each collection. Counters may be observed too, where something else counts already. */
  observe<L extends readonly string[]>(definition: GaugeDefinition<L> | CounterDefinition<L>, observer: Observer<L>): void;
  /** Everything, in order of its first use. */
  collect(): MetricSnapshot[];
}

interface Instrument {
  readonly definition: MetricDefinition;
  read(): Iterable<Point>;
}

/** No metrics yet. */
export function createMetrics(): Metrics {
  const instruments = new Map<string, Instrument>();
  const once = <T extends Instrument>(definition: MetricDefinition, create: () => T): T => {
    const instrument = (instruments.get(definition.name) as T | undefined) ?? create();
    instruments.set(definition.name, instrument);
    return instrument;
  };
  return {
    counter: (definition) => once(definition, () => createCounter(definition)),
    histogram: (definition) => once(definition, () => createHistogram(definition)),
    observe(definition, observer) {
      once(definition, () => createObserved(definition)).observers.push(observer as Observer<readonly string[]>);
    },
    collect: () => [...instruments.values()].map(({ definition, read }) => ({ definition, points: [...read()] })),
  };
}

function createCounter<L extends readonly string[]>(definition: CounterDefinition<L>): Counter<L> & Instrument {
  const series = new SeriesTable(() => ({ sum: 0 }));
  // Known from the start, so that its first increase is seen as one.
  if (definition.labels.length === 0) series.cell([]);
  return {
    definition,
    add(value, ...labels) {
      series.cell(labels).sum += value;
    },
    read: () => pointsOf(series, ({ sum }) => sum),
  };
}

function createHistogram<L extends readonly string[]>(definition: HistogramDefinition<L>): Histogram<L> & Instrument {
  const { bounds } = definition;
  const series = new SeriesTable<HistogramValue>(() => ({ count: 0, sum: 0, buckets: bounds.map(() => 0).concat(0) }));
  return {
    definition,
    record: (value, ...labels) => recordValue(series.cell(labels), bounds, value),
    read: () => pointsOf(series, ({ buckets, ...totals }) => ({ ...totals, buckets: [...buckets] })),
  };
}

function createObserved(definition: MetricDefinition): Instrument & { readonly observers: Observer<readonly string[]>[] } {
  const observers: Observer<readonly string[]>[] = [];
  return {
    definition,
    observers,
    read() {
      // Made anew each time: what is no longer told of is gone.
      const series = new SeriesTable(() => ({ sum: 0 }));
      for (const observer of observers) {
        observer((value, ...labels) => {
          series.cell(labels).sum += value;
        });
      }
      return pointsOf(series, ({ sum }) => sum);
    },
  };
}

function* pointsOf<T>(series: SeriesTable<T>, read: (cell: T) => Point["value"]): Iterable<Point> {
  for (const { labels, cell } of series.entries()) yield { labels, value: read(cell) };
}
