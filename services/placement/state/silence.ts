import type { HealthLimits } from "./node-entry.js";

/**
 * Tells the silence of nodes from our own deafness. When two or more that spoke until now are all silent for longer than a few ticks, the bus
 * is away, not every machine at once: that time does not count towards a node's loss. One node alone cannot tell the two apart.
 */
export interface Silence {
  /** Notes that a node has been heard. */
  heard(nodeId: string, tickMs: number, nowMs: number): void;
  /** Time until now in which nobody was heard, milliseconds since the start; gaps of a few ticks are none. */
  deafMs(nowMs: number): number;
}

/** Nothing heard yet. */
export function createSilence({ suspectTicks, lostTicks }: HealthLimits): Silence {
  let last = { nodeId: "", ms: Number.NEGATIVE_INFINITY };
  /** When a node other than the last one was heard. */
  let otherMs = Number.NEGATIVE_INFINITY;
  let longestTickMs = 0;
  let pastMs = 0;
  const gapMs = (nowMs: number): number => {
    const gap = nowMs - last.ms;
    const isEverybody = last.ms - otherMs <= lostTicks * longestTickMs;
    return isEverybody && gap > suspectTicks * longestTickMs ? gap : 0;
  };
  return {
    heard(nodeId, tickMs, nowMs) {
      pastMs += gapMs(nowMs);
      if (nodeId !== last.nodeId) otherMs = last.ms;
      last = { nodeId, ms: nowMs };
      longestTickMs = Math.max(longestTickMs, tickMs);
    },
    deafMs: (nowMs) => pastMs + gapMs(nowMs),
  };
}
