import { createLearner } from "../../services/placement/learning/index.js";
import type { NodeKind, PlacementInput } from "../../services/placement/scheduler/index.js";
import { createFleet, createReservations } from "../../services/placement/state/index.js";
import { telemetry, telemetryInstance } from "../support/telemetry-builders.js";

const KINDS: readonly NodeKind[] = ["vm", "container", "serverless"];

/** A fleet of so many instances of the application `app`, of all kinds, with all that a placement keeps of it, on a clock of its own. */
export function createWorld(instances: number) {
  const clock = { ms: 1_000_000 };
  const now = (): number => clock.ms;
  const reservations = createReservations(now, () => undefined);
  const learner = createLearner(now);
  const fleet = createFleet(now, { suspectTicks: 3, lostTicks: 10 }, reservations, learner);
  for (let at = 0; at < instances; at++) {
    const kind = KINDS[at % KINDS.length] ?? "vm";
    const changes = {
      concurrency: 4,
      serviceTime: { count: 10, sumMs: 400 },
      ...(kind === "serverless" ? { function: { idleWorkers: 2, busyWorkers: 0, startingWorkers: 0 } } : {}),
    };
    const nodeId = `node-${at}`;
    const snapshot = telemetry(nodeId, kind, { sequence: 1, instances: [telemetryInstance(`i-${at}`, changes)] });
    const accepted = fleet.accept(`straightline.v1.telemetry.${kind}.${nodeId}`, snapshot);
    if (!accepted.ok) throw new Error(accepted.fault);
  }
  return { clock, reservations, learner, fleet };
}

/** A request for it. */
export function inputFor(nowMs: number, sequence: number, sizeBytes: number): PlacementInput {
  return {
    nowMs,
    seed: sequence,
    sequence,
    deadlineMs: 30_000,
    mayWait: true,
    request: {
      application: "app",
      sizeBytes,
      constraints: { kinds: [], nodeLabels: {}, zones: [], excludedInstanceIds: [] },
    },
    implementations: KINDS.map((kind) => ({ kind, payloadLimitBytes: 0 })),
    frequency: { perSecond: 20, isHint: false },
    parameters: { F: 10, D: 262_144 },
  };
}
