import type { Candidate, PlacementInput } from "../../scheduler/index.js";
import { meanServiceMs, servedPerSecond } from "./rates.js";

/** VMs and containers that serve more than this share of what they can make requests wait. */
const BUSY_SHARE = 0.85;

/** Workers that the highest rate of late needs beyond what VMs and containers serve, less those that serve now; of instances that can take the request. */
export function wantedWorkers(candidates: readonly Candidate[], { frequency }: PlacementInput): number {
  let perSecond = 0;
  let functionMs = 0;
  let inUse = 0;
  for (const { instance } of candidates) {
    if (instance.kind === "serverless") {
      functionMs = Math.max(functionMs, meanServiceMs(instance));
      inUse += instance.inFlight;
    } else perSecond += servedPerSecond(instance);
  }
  const peak = frequency.peakPerSecond ?? frequency.perSecond;
  return (Math.max(0, peak - BUSY_SHARE * perSecond) * functionMs) / 1000 - inUse;
}
