import { drawUniform } from "../draws/index.js";
import type { ArrivalPattern } from "../scenario/index.js";

/** One request as its workload makes it. */
export interface Arrival {
  /** From the beginning of the run, milliseconds. */
  readonly atMs: number;
  /** From a trace's column; undefined: by the workload's distribution. */
  readonly sizeBytes: number | undefined;
  /** Factor on a size by distribution. */
  readonly sizeFactor: number;
  /** Work beside the bytes. */
  readonly units: number;
}

/** Arrivals in order of time; undefined: there are no more. */
export type ArrivalStream = () => Arrival | undefined;

type Generated<T extends ArrivalPattern["type"]> = Extract<ArrivalPattern, { readonly type: T }>;

/** Independent arrivals at a constant rate; `key` seeds the draws. */
export function poisson({ rate }: Generated<"poisson">, key: number): ArrivalStream {
  let atMs = 0;
  let count = 0;
  return () => {
    atMs += gap(rate, key, count++);
    return plain(atMs);
  };
}

/** A Poisson process whose rate changes between two at the steps of a two-state Markov chain (an MMPP); quiet at the beginning. */
export function bursty({ quietRate, burstRate, quietMs, burstMs }: Generated<"bursty">, key: number): ArrivalStream {
  let atMs = 0;
  let count = 0;
  let isBurst = false;
  let stateEndMs = gap(1000 / quietMs, key, count++);
  return () => {
    for (;;) {
      const nextMs = atMs + gap(isBurst ? burstRate : quietRate, key, count++);
      if (nextMs <= stateEndMs) {
        atMs = nextMs;
        return plain(atMs);
      }
      // Without memory the rest of a gap is drawn anew in the next state.
      atMs = stateEndMs;
      isBurst = !isBurst;
      stateEndMs += gap(1000 / (isBurst ? burstMs : quietMs), key, count++);
    }
  };
}

/** A Poisson process whose rate is a sine, by thinning one at the highest rate (Lewis and Shedler, 1979). */
export function diurnal({ rate, amplitude, periodMs, phase }: Generated<"diurnal">, key: number): ArrivalStream {
  const highest = rate * (1 + amplitude);
  let atMs = 0;
  let count = 0;
  return () => {
    for (;;) {
      atMs += gap(highest, key, count++);
      const present = rate * (1 + amplitude * Math.sin(2 * Math.PI * (atMs / periodMs + phase)));
      if (drawUniform(key, "thinning", count) * highest < present) return plain(atMs);
    }
  };
}

/** An exponential gap, milliseconds; a rate of 0 gives one without end. */
function gap(ratePerSecond: number, key: number, count: number): number {
  return (-Math.log(drawUniform(key, "gap", count)) * 1000) / ratePerSecond;
}

function plain(atMs: number): Arrival {
  return { atMs, sizeBytes: undefined, sizeFactor: 1, units: 0 };
}
