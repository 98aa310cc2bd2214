import type { NodeKind } from "../../placement/scheduler/index.js";
import type { RunFigures } from "./result.js";

/** One request, ended. */
export interface EndedRequest {
  readonly responseMs: number;
  readonly objectiveMs: number;
  readonly kind: NodeKind | undefined;
  /** Undefined: it was answered. */
  readonly failure: keyof RunFigures["failures"] | undefined;
  readonly isOverCap: boolean;
}

/** Adds up what became of requests. */
export interface Tally {
  add(ended: EndedRequest): void;
  /** Adds what a request would take alone; apart, so that the sum is in order of arrival and rounded alike under every policy. */
  addUncontended(responseMs: number): void;
  /** With what does not come from single requests. */
  figures(bill: { readonly cost: number; readonly coldStarts: number }): RunFigures;
}

/** An empty tally. */
export function createTally(): Tally {
  const responses = createSamples();
  const byKind = { vm: 0, container: 0, serverless: 0 };
  const failures = { refused: 0, timeout: 0, instance: 0 };
  const sums = { responseMs: 0, uncontendedMs: 0, inTime: 0, overCap: 0 };
  return {
    add({ responseMs, objectiveMs, kind, failure, isOverCap }) {
      responses.add(responseMs);
      sums.responseMs += responseMs;
      if (isOverCap) sums.overCap += 1;
      if (kind !== undefined) byKind[kind] += 1;
      if (failure !== undefined) failures[failure] += 1;
      else if (responseMs <= objectiveMs) sums.inTime += 1;
    },
    addUncontended: (responseMs) => {
      sums.uncontendedMs += responseMs;
    },
    figures({ cost, coldStarts }) {
      const sorted = responses.sorted();
      const requests = sorted.length;
      const mean = (sum: number): number => (requests === 0 ? 0 : sum / requests);
      return {
        requests,
        failureRate: mean(failures.refused + failures.timeout + failures.instance),
        meanMs: mean(sums.responseMs),
        p50Ms: quantileOf(sorted, 0.5),
        p95Ms: quantileOf(sorted, 0.95),
        p99Ms: quantileOf(sorted, 0.99),
        sloAttainment: mean(sums.inTime),
        cost,
        coldStarts,
        overPriceCap: sums.overCap,
        byKind: { ...byKind },
        failures: { ...failures },
        uncontendedMeanMs: mean(sums.uncontendedMs),
      };
    },
  };
}

/** The smallest value that at least a share `q` of the sorted values does not exceed. */
export function quantileOf(sorted: Float64Array, q: number): number {
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? 0;
}

/** Numbers without a box each: a million of them are 8 MB. */
function createSamples() {
  let values = new Float64Array(1024);
  let count = 0;
  return {
    add(value: number): void {
      if (count === values.length) {
        const larger = new Float64Array(2 * count);
        larger.set(values);
        values = larger;
      }
      values[count++] = value;
    },
    sorted: (): Float64Array => values.slice(0, count).sort(),
  };
}
