import { type Answer, createLearner } from "../../placement/learning/index.js";
import {
  createFleet,
  createFrequencyMeter,
  createReservations,
  type Fleet,
  type FrequencyMeter,
  instanceKey,
} from "../../placement/state/index.js";
import type { EventLoop } from "../clock/index.js";
import type { Decide, Placed, SimRequest } from "./types.js";
import { createWaiting, type Tried } from "./waiting.js";

/** How placement is set up: its own defaults. */
export interface PlacementSettings {
  readonly suspectTicks: number;
  readonly lostTicks: number;
  readonly leaseGraceMs: number;
  readonly frequencyWindowMs: number;
  readonly waitLimit: number;
}

/** What becomes of a request at placement. */
export interface PlacementEvents {
  onPlaced(request: SimRequest, placementId: string, placed: Placed): void;
  /** It fails at once. */
  onRefused(request: SimRequest): void;
}

/** How an attempt ended, as a Report tells. */
export type Outcome = Pick<Answer, "outcome" | "responseMs" | "serviceMs" | "coldStartMs">;

/** The placement service in virtual time: its own state, wait queue and learning, without its API. */
export interface Placement {
  readonly fleet: Fleet;
  readonly frequency: FrequencyMeter;
  /** Decides with this from now on. */
  start(decide: Decide, events: PlacementEvents): void;
  /** Places now, or when there is capacity; see `SimRequest.giveUp`. */
  place(request: SimRequest): void;
  report(request: SimRequest, placementId: string, placed: Placed, outcome: Outcome): void;
}

/** Placement looks at leases and health this often where nobody asks. */
const SWEEP_MS = 250;

/** An empty placement service. */
export function createPlacement(loop: EventLoop, settings: PlacementSettings): Placement {
  const { now, at } = loop;
  const reservations = createReservations(now, () => at(now(), () => waiting.wake()));
  const learner = createLearner(now);
  const fleet = createFleet(now, settings, reservations, learner);
  const frequency = createFrequencyMeter(settings.frequencyWindowMs, now);
  let decideFor: Decide = () => ({ type: "refused", later: false });
  let events: PlacementEvents = { onPlaced: () => undefined, onRefused: () => undefined };
  let placementCount = 0;
  const tryPlace = (request: SimRequest, waitingCount = 0): Tried => {
    const decided = decideFor(request, waitingCount);
    if (decided.type === "placed") {
      const { placed } = decided;
      const placementId = String(placementCount++);
      const leaseMs = Math.max(0, request.endMs - now()) + settings.leaseGraceMs;
      reservations.reserve(placementId, instanceKey(placed.nodeId, placed.instanceId), leaseMs, placed.expected);
      events.onPlaced(request, placementId, placed);
      return "placed";
    }
    if (decided.later) return "later";
    events.onRefused(request);
    return "never";
  };
  const waiting = createWaiting(settings.waitLimit, now, tryPlace);
  const sweep = (): void => {
    reservations.sweep();
    fleet.sweep();
    learner.sweep();
    at(now() + SWEEP_MS, sweep);
  };
  return {
    fleet,
    frequency,
    start(decide, listeners) {
      decideFor = decide;
      events = listeners;
      fleet.onChange(({ applications }) => applications.forEach(waiting.wake));
      at(now() + SWEEP_MS, sweep);
    },
    place(request) {
      const { application } = request.view;
      frequency.count(application);
      request.askedMs = now();
      // A newcomer must not pass those who wait for the same.
      if (waiting.isEmpty(application) && tryPlace(request) !== "later") return;
      if (!waiting.enter(request)) events.onRefused(request);
    },
    report(request, placementId, placed, outcome) {
      const { nodeId, instanceId, kind, expected, expectedWaitMs, waitedMs } = placed;
      const { application, sizeBytes } = request.view;
      reservations.release(placementId, outcome.outcome !== "timeout" && outcome.outcome !== "instance-error");
      const isToBlame = learner.report({
        application,
        nodeId,
        instanceId,
        kind,
        sizeBytes,
        ...outcome,
        expectedWaitMs,
        expectedColdStartMs: expected.coldStartMs,
        waitedMs,
      });
      if (isToBlame) fleet.markSuspect(nodeId, instanceId);
      if (outcome.outcome === "throttled") fleet.markThrottled(nodeId, instanceId);
      waiting.wake(application);
    },
  };
}
