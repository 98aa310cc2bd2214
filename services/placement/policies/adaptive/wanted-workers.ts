import { type Candidate, type PlacementInput, UNKNOWN } from "../../scheduler/index.js";

/** VMs and containers that serve more than this share of what they can make requests wait. */
const BUSY_SHARE = 0.85;

/** Workers that the highest rate of late needs beyond what VMs and containers serve, less those that serve now. */
export function wantedWorkers(candidates: readonly Candidate[], { frequency }: PlacementInput): number {
  let perSecond = 0;
  let functionMs = 0;
  let inUse = 0;
  for (const { instance } of candidates) {
    const meanMs = Math.max(0.1, instance.model?.serviceMeanMs ?? UNKNOWN.serviceMs);
    if (instance.kind === "serverless") {
      functionMs = Math.max(functionMs, meanMs);
      inUse += instance.inFlight;
    } else perSecond += (instance.concurrency * 1000) / meanMs;
  }
  const peak = frequency.peakPerSecond ?? frequency.perSecond;
  return (Math.max(0, peak - BUSY_SHARE * perSecond) * functionMs) / 1000 - inUse;
}
