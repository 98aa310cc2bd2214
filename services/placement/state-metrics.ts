import { METRIC, type Metrics } from "../common/observe/index.js";
import type { LiveState } from "./live-state.js";

/** What placement knows, as far as it is shown. */
type ObservedState = Pick<LiveState, "fleet" | "reservations" | "waitQueue" | "frequency"> & {
  readonly applications: { readonly entries: ReadonlyMap<string, unknown> };
};

/** Leases are ended by sweeps four times a second; what is held longer than this beyond its lease is leaked. */
const LEAK_AFTER_MS = 1000;

/** Shows the fleet, held slots and waiting requests at each collection. */
export function observeState(metrics: Metrics, { fleet, reservations, waitQueue, frequency, applications }: ObservedState): void {
  metrics.observe(METRIC.reservations, (set) => set(reservations.total()));
  metrics.observe(METRIC.reservationLeaks, (set) => set(reservations.leaks(LEAK_AFTER_MS)));
  metrics.observe(METRIC.waiting, (set) => {
    const counts = new Map(waitQueue.sizes());
    for (const application of applications.entries.keys()) set(counts.get(application) ?? 0, application);
  });
  metrics.observe(METRIC.frequency, (set) => {
    for (const application of applications.entries.keys()) set(frequency.perSecond(application), application);
  });
  metrics.observe(METRIC.nodes, (set) => {
    for (const { kind, health, scheduling } of fleet.nodes()) set(1, kind, health, scheduling);
  });
  metrics.observe(METRIC.nodeAgeMax, (set) => {
    for (const [kind, ageMs] of oldestAges(fleet)) set(ageMs / 1000, kind);
  });
  observeInstances(metrics, fleet);
}

function observeInstances(metrics: Metrics, fleet: ObservedState["fleet"]): void {
  metrics.observe(METRIC.instances, (set) => {
    for (const { application, kind, state } of instancesOf(fleet)) set(1, application, kind, state);
  });
  metrics.observe(METRIC.slots, (set) => {
    for (const { application, kind, state, concurrency } of instancesOf(fleet)) {
      if (state === "ready") set(concurrency, application, kind);
    }
  });
}

/** Of nodes that are not lost: a lost one would hide the others' for ever. */
function oldestAges(fleet: ObservedState["fleet"]): Map<string, number> {
  const oldest = new Map<string, number>();
  for (const { kind, health, ageMs } of fleet.nodes()) {
    if (health !== "lost") oldest.set(kind, Math.max(oldest.get(kind) ?? 0, ageMs));
  }
  return oldest;
}

function* instancesOf(fleet: ObservedState["fleet"]) {
  for (const { kind, health, telemetry } of fleet.nodes()) {
    if (health === "lost") continue;
    for (const { application, state, concurrency } of telemetry?.instances ?? []) {
      yield { application, kind, concurrency, state: String(state).replace("INSTANCE_STATE_", "").toLowerCase() };
    }
  }
}
