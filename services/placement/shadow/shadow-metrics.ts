import { METRIC, type Metrics } from "../../common/observe/index.js";
import type { Shadow } from "./shadow.js";

/** Shows at each collection how a shadow has compared with the active policy since the start. */
export function observeShadow(metrics: Metrics, shadow: Shadow): void {
  const { policy } = shadow;
  metrics.observe(METRIC.shadowDecisions, (set) => {
    for (const { active, shadow: would, decisions } of shadow.figures().moves) set(decisions, policy, active, would);
  });
  metrics.observe(METRIC.shadowAgreed, (set) => {
    const { sameInstance, sameKind } = shadow.figures();
    set(sameKind, policy, "kind");
    set(sameInstance, policy, "instance");
  });
  metrics.observe(METRIC.shadowPredicted, (set) => {
    const { predicted, activeMs, shadowMs } = shadow.figures();
    set((activeMs * predicted) / 1000, policy, "active");
    set((shadowMs * predicted) / 1000, policy, "shadow");
  });
  metrics.observe(METRIC.shadowPredictedDecisions, (set) => set(shadow.figures().predicted, policy));
  metrics.observe(METRIC.shadowMissed, (set) => {
    const { skipped, failed } = shadow.missed();
    set(skipped, policy, "skipped");
    set(failed, policy, "failed");
  });
}
