import { causeChain } from "../../common/errors/index.js";
import type { Logger } from "../../common/observe/index.js";
import { createBacklog, type DecisionListener, type MadeDecision } from "../beside/index.js";
import { decide, type PlacementPolicy } from "../scheduler/index.js";
import { createShadowTally, type ShadowFigures } from "./tally.js";

/** A policy that decides beside the active one. */
export interface Shadow extends DecisionListener {
  readonly policy: string;
  /** Since the start. */
  figures(): ShadowFigures;
  /** Decisions that it had no time for, and those at which it failed, since the start. */
  missed(): { readonly skipped: number; readonly failed: number };
}

/** How a shadow runs. */
export interface ShadowOptions {
  readonly policy: PlacementPolicy;
  /** So often its figures are logged. */
  readonly periodMs: number;
  readonly log: Logger;
}

/** Decisions held until there is time; beyond it they are skipped and counted. */
const MOST_HELD = 1024;
/** A shadow takes at most this share of the processor from those who wait for answers. */
const CPU_SHARE = 0.1;

/**
 * Decides again, after the answer, each request that was placed or refused for good: with the same snapshot, clock and seed. It reserves nothing, so what it
 * sees is the fleet under the active policy.
 */
export function startShadow({ policy, periodMs, log }: ShadowOptions): Shadow {
  const total = createShadowTally();
  let recent = createShadowTally();
  let [skipped, failed] = [0, 0];
  const backlog = createBacklog<MadeDecision>({
    limit: MOST_HELD,
    cpuShare: CPU_SHARE,
    work({ snapshot, input, decision }) {
      const shadow = decide(snapshot, input, policy);
      for (const tally of [total, recent]) tally.add(decision, shadow);
    },
    onError(error) {
      failed += 1;
      log.error({ chain: causeChain(error), policy: policy.name }, "the shadow policy failed");
    },
  });
  const missed = (): { skipped: number; failed: number } => {
    skipped += backlog.takeDropped();
    return { skipped, failed };
  };
  const tell = (): void => {
    const { compared, sameInstance, sameKind, activeMs, shadowMs } = recent.figures();
    recent = createShadowTally();
    if (compared > 0) {
      const shadow = { compared, sameInstance, sameKind, activeMs, shadowMs, ...missed() };
      log.info({ policy: policy.name, shadow }, "shadow");
    }
  };
  const timer = setInterval(tell, periodMs).unref();
  return {
    policy: policy.name,
    decided(made) {
      if (made.use === "answered") backlog.add(made);
    },
    reported: () => undefined,
    figures: total.figures,
    missed,
    async stop() {
      clearInterval(timer);
      backlog.finish();
      tell();
    },
  };
}
