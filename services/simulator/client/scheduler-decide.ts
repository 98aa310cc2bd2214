import { decide, type PlacementPolicy } from "../../placement/scheduler/index.js";
import { expectedWork, type Fleet, type FrequencyMeter } from "../../placement/state/index.js";
import { drawUniform } from "../draws/index.js";
import type { Decide } from "./types.js";

/** What a decision of the real scheduler rests on. */
export interface SchedulerParts {
  readonly policy: PlacementPolicy;
  readonly parameters: Readonly<Record<string, number>>;
  readonly fleet: Fleet;
  readonly frequency: FrequencyMeter;
  readonly now: () => number;
}

/** The real scheduler, asked as placement's own API asks it. */
export function schedulerDecide({ policy, parameters, fleet, frequency, now }: SchedulerParts): Decide {
  let sequence = 0;
  return (request, waitingCount) => {
    const { view, application, endMs, offered, attempts } = request;
    const decision = decide(
      fleet.snapshotFor(view.application),
      {
        nowMs: now(),
        seed: Math.floor(drawUniform(offered.key, "decision", attempts) * 2 ** 32),
        sequence: sequence++,
        deadlineMs: Math.max(0, endMs - now()),
        mayWait: true,
        waitedMs: now() - request.askedMs,
        waitingCount,
        isRepeatable: application.scenario.idempotent && attempts === 0,
        request: view,
        implementations: application.implementations,
        frequency: {
          perSecond: frequency.perSecond(view.application),
          isHint: false,
          peakPerSecond: frequency.peakPerSecond(view.application),
        },
        parameters,
      },
      policy,
    );
    if (decision.type === "refused") {
      return { type: "refused", later: decision.refusal.kind === "retryLater" };
    }
    const { instance } = decision.candidate;
    return {
      type: "placed",
      placed: {
        nodeId: instance.nodeId,
        instanceId: instance.instanceId,
        kind: instance.kind,
        expected: expectedWork(decision.candidate, decision.predicted),
        expectedWaitMs: decision.predicted.waitMs,
        waitedMs: Math.round(now() - request.askedMs),
      },
    };
  };
}
