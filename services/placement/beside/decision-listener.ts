import type { Decision, FleetSnapshot, PlacementInput, PlacementPolicy } from "../scheduler/index.js";

/** A decision with everything that it was made from. None of it changes afterwards. */
export interface MadeDecision {
  readonly snapshot: FleetSnapshot;
  readonly input: PlacementInput;
  readonly policy: PlacementPolicy;
  readonly decision: Decision;
  /** `answered`: the caller was told of it. `waiting`: it was refused for now and is made again. `dry-run`: nothing was reserved. */
  readonly use: "answered" | "waiting" | "dry-run";
  /** Empty: refused, or a dry run. */
  readonly placementId: string;
}

/** How a placed request ended. */
export interface ReportedOutcome {
  readonly placementId: string;
  /** The wire's word without its prefix, in small letters: ok, client_error, timeout ... */
  readonly outcome: string;
  /** 0: not told. */
  readonly responseMs: number;
  readonly serviceMs: number;
  readonly coldStartMs: number;
  /** Of the request as it was sent; 0: not told. */
  readonly requestBytes: number;
}

/** Hears of decisions after they were made. Must return at once: the caller of Place waits meanwhile. */
export interface DecisionListener {
  decided(made: MadeDecision): void;
  reported(outcome: ReportedOutcome): void;
  /** Finishes what is held. */
  stop(): Promise<void>;
}
