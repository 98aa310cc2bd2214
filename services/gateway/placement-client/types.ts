import type { Outcome__Output } from "../../../proto/gen/straightline/v1/Outcome.js";
import type { KindToken } from "../../common/bus/index.js";

/** What the gateway asks for one request. */
export interface PlaceQuery {
  readonly application: string;
  readonly sizeBytes: number;
  /** Media type, or empty. */
  readonly contentType: string;
  /** Time left, milliseconds; 0: the application's own timeout. */
  readonly deadlineMs: number;
  /** Kinds allowed; empty: all. */
  readonly kinds: readonly KindToken[];
  readonly excludedInstanceIds: readonly string[];
  /** Empty: the configured one. */
  readonly policy: string;
  readonly frequencyHint: number | undefined;
  /** Placement that failed and that this one replaces; empty: none. */
  readonly retryOf: string;
  /** Wait for capacity until the deadline. */
  readonly wait: boolean;
  readonly dryRun: boolean;
}

/** Where a request goes. */
export interface Placement {
  readonly placementId: string;
  readonly nodeId: string;
  /** Undefined for a kind of a newer placement. */
  readonly kind: KindToken | undefined;
  readonly instanceId: string;
  readonly httpEndpoint: string;
  /** Empty: the instance has none. */
  readonly grpcEndpoint: string;
  readonly reason: string;
  readonly policy: string;
  /** Request frequency f_t used, per second. */
  readonly frequency: number;
  /** Expected response time, milliseconds; undefined: nothing is known. */
  readonly predictedMs: number | undefined;
  /** A request may be sent again after it was executed. */
  readonly idempotent: boolean;
  /** Time left until the request's deadline, milliseconds; 0: none told. */
  readonly deadlineMs: number;
}

/** How an attempt ended, in the wire's words. */
export type Outcome = Exclude<Outcome__Output, "OUTCOME_UNSPECIFIED">;

/** What is told of a placed request. */
export interface OutcomeReport {
  readonly placementId: string;
  readonly outcome: Outcome;
  readonly responseMs: number;
  readonly requestBytes: number;
  readonly responseBytes: number;
  readonly coldStartMs: number;
  readonly serviceMs: number;
}

/** How a Place is called. */
export interface PlaceOptions {
  /** Aborts with a StraightLineError; a slot that is granted afterwards is given back by itself. */
  readonly signal?: AbortSignal;
  /** Longest wait for an answer, milliseconds; absent: the signal alone ends it. */
  readonly timeoutMs?: number;
  readonly traceparent?: string;
}

/** The gateway's view of the placement service. */
export interface PlacementClient {
  /** Rejects with the refusal of placement, PLACEMENT_UNAVAILABLE, OVERLOADED or the signal's reason. */
  place(query: PlaceQuery, options: PlaceOptions): Promise<Placement>;
  /** Never waits and never throws: a report that cannot be kept is dropped, and the lease frees its slot. */
  report(report: OutcomeReport, traceparent?: string): void;
  /** True when placement answers its health check with SERVING. */
  serving(): Promise<boolean>;
  /** Resolves when every report is taken, or after `timeoutMs`. */
  flush(timeoutMs: number): Promise<void>;
  close(): void;
}
