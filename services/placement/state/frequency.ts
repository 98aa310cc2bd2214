import { createPeakRate, type PeakRate } from "./peak-rate.js";

/** Measures request frequency f_t of each application. */
export interface FrequencyMeter {
  /** Counts one arrival. */
  count(application: string): void;
  /** f_t, per second: arrivals in the window that ends now, divided by the window's length. */
  perSecond(application: string): number;
  /** The most arrivals of any second in the last five minutes. */
  peakPerSecond(application: string): number;
  /** Forgets an application. */
  forget(application: string): void;
}

/** The window slides in steps of a hundredth of its length, so that memory does not grow with the rate. */
const STEPS = 100;

interface Window {
  readonly counts: Float64Array;
  total: number;
  /** Number of the step that is being counted, from the clock's zero. */
  step: number;
  readonly peak: PeakRate;
}

/** A sliding window per application. After a start, f_t is an underestimate until a whole window has passed. */
export function createFrequencyMeter(windowMs: number, now: () => number): FrequencyMeter {
  const windows = new Map<string, Window>();
  const stepMs = windowMs / STEPS;
  const slide = (window: Window): void => {
    const step = Math.floor(now() / stepMs);
    const passed = Math.min(step - window.step, STEPS);
    // After a gap longer than the window every slot is cleared once, in whatever order.
    for (let i = 1; i <= passed; i++) {
      const slot = (window.step + i) % STEPS;
      window.total -= window.counts[slot] ?? 0;
      window.counts[slot] = 0;
    }
    // A clock that stands still or goes back counts into the present step.
    window.step = Math.max(step, window.step);
  };
  return {
    count(application) {
      const window = windows.get(application) ?? {
        counts: new Float64Array(STEPS),
        total: 0,
        step: Math.floor(now() / stepMs),
        peak: createPeakRate(),
      };
      windows.set(application, window);
      slide(window);
      const slot = window.step % STEPS;
      window.counts[slot] = (window.counts[slot] ?? 0) + 1;
      window.total += 1;
      window.peak.count(now());
    },
    perSecond(application) {
      const window = windows.get(application);
      if (window === undefined) return 0;
      slide(window);
      return (window.total * 1000) / windowMs;
    },
    peakPerSecond: (application) => windows.get(application)?.peak.perSecond(now()) ?? 0,
    forget: (application) => windows.delete(application),
  };
}
