/** Bytes through the machine's interfaces since it started. */
export interface NetworkTotals {
  readonly receivedBytes: number;
  readonly transmittedBytes: number;
}

/**
 * Sums /proc/net/dev over the interfaces that lead out of the machine: not loopback, and not the virtual ends of containers, whose
 * traffic would count twice.
 */
export function parseNetDev(text: string): NetworkTotals {
  let [receivedBytes, transmittedBytes] = [0, 0];
  for (const line of text.split("\n")) {
    const match = /^\s*([^\s:]+):\s*(.*)$/.exec(line);
    if (match === null || /^(lo|veth.*|docker\d*|br-.*|virbr.*|cni.*)$/.test(match[1] as string)) continue;
    const fields = (match[2] as string).trim().split(/\s+/).map(Number);
    receivedBytes += fields[0] ?? 0;
    transmittedBytes += fields[8] ?? 0;
  }
  return { receivedBytes, transmittedBytes };
}

/** Bytes per second between two totals; 0 when a counter has been reset. */
export function networkRates(before: NetworkTotals, after: NetworkTotals, elapsedMs: number): NetworkTotals {
  const rate = (from: number, to: number): number =>
    elapsedMs <= 0 ? 0 : Math.max(0, Math.round(((to - from) / elapsedMs) * 1000));
  return {
    receivedBytes: rate(before.receivedBytes, after.receivedBytes),
    transmittedBytes: rate(before.transmittedBytes, after.transmittedBytes),
  };
}
