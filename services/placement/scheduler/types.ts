/** The form an application takes on a node. */
export type NodeKind = "vm" | "container" | "serverless";

/** Trust in a node's telemetry: on time, a few ticks late, silent for long. */
export type NodeHealth = "fresh" | "suspect" | "lost";

/** What an operator asked of a node. */
export type NodeScheduling = "open" | "cordoned" | "draining";

/** What an instance is doing, as its agent sees it. */
export type InstanceState = "starting" | "ready" | "unhealthy" | "stopping" | "failed";

/** Count and sum of durations; the mean is all that the prediction needs. */
export interface DurationTotals {
  readonly count: number;
  readonly sumMs: number;
}

/** A node at the moment of a decision. */
export interface NodeView {
  readonly nodeId: string;
  readonly kind: NodeKind;
  readonly health: NodeHealth;
  /** Since its last snapshot was received. */
  readonly ageMs: number;
  readonly scheduling: NodeScheduling;
  readonly labels: Readonly<Record<string, string>>;
  /** Empty: none. */
  readonly zone: string;
  /** 0: not known. */
  readonly networkBytesPerSecond: number;
}

/** An instance at the moment of a decision. A function counts as one instance. */
export interface InstanceView {
  readonly instanceId: string;
  readonly nodeId: string;
  readonly kind: NodeKind;
  readonly application: string;
  readonly state: InstanceState;
  readonly httpEndpoint: string;
  readonly grpcEndpoint: string;
  readonly concurrency: number;
  /** Requests on it: those of others by telemetry, and our own reservations. */
  readonly inFlight: number;
  /** Requests waiting inside it; 0 when it does not tell. */
  readonly queued: number;
  /** Largest body taken; 0: no limit of its own. */
  readonly payloadLimitBytes: number;
  /** A request to it has just failed, and no telemetry has cleared it since. */
  readonly suspect: boolean;
  /** It has just refused a request for want of a slot, and no telemetry has come since. */
  readonly throttled: boolean;
  readonly serviceTime: DurationTotals;
  readonly coldStart: DurationTotals;
  /** Idle workers of a function; undefined for the other kinds. */
  readonly idleWorkers: number | undefined;
}

/** One application's instances with their nodes. The order of either does not matter to a decision. */
export interface FleetSnapshot {
  readonly nodes: ReadonlyMap<string, NodeView>;
  readonly instances: readonly InstanceView[];
}

/** What an instance must fulfil. Empty: no condition. */
export interface Constraints {
  readonly kinds: readonly NodeKind[];
  readonly nodeLabels: Readonly<Record<string, string>>;
  readonly zones: readonly string[];
  readonly excludedInstanceIds: readonly string[];
}

/** A request as far as its placement depends on it. */
export interface RequestView {
  readonly application: string;
  readonly sizeBytes: number;
  readonly constraints: Constraints;
}

/** A form the application is deployed in. */
export interface ImplementationView {
  readonly kind: NodeKind;
  /** 0: no limit of its own. */
  readonly payloadLimitBytes: number;
}

/** Everything a decision depends on beside the snapshot and the policy. */
export interface PlacementInput {
  readonly nowMs: number;
  /** Breaks ties for the policies that rotate; no policy draws random numbers of its own. */
  readonly seed: number;
  readonly request: RequestView;
  readonly implementations: readonly ImplementationView[];
  readonly frequency: { readonly perSecond: number; readonly isHint: boolean };
  /** By name, for example F and D. */
  readonly parameters: Readonly<Record<string, number>>;
}

/** An instance and its node. */
export interface Candidate {
  readonly instance: InstanceView;
  readonly node: NodeView;
}

/** `retryLater`: it may fit once something is free or ready. `never`: not before the request or the fleet changes. */
export type RefusalKind = "retryLater" | "never";

/** Why an instance or a request is refused. */
export interface Refusal {
  readonly reason: string;
  readonly kind: RefusalKind;
}

/** A candidate and why it cannot take the request; undefined: it can, now. */
export interface Evaluation {
  readonly candidate: Candidate;
  readonly refusal: Refusal | undefined;
}

/** A score, lower is better, with its parts. */
export interface Score {
  readonly total: number;
  readonly components: Readonly<Record<string, number>>;
}

/** What a policy's `choose` sees. */
export interface ChoiceContext {
  /** Never empty; best first within a kind: see order.ts. */
  readonly candidates: readonly Candidate[];
  /** Every instance of the application, also those refused. */
  readonly evaluations: readonly Evaluation[];
  readonly input: PlacementInput;
}

/** A policy's choice in words. */
export interface Choice {
  /** Candidates in order of preference; the first is taken. Never empty. */
  readonly preferred: readonly [Candidate, ...Candidate[]];
  /** One line. */
  readonly reason: string;
  /** The way to it, each a sentence. */
  readonly steps: readonly string[];
}

/** A way to choose. With neither `score` nor `choose` the first candidate in the common order is taken. */
export interface PlacementPolicy {
  readonly name: string;
  /** Names of the parameters it reads; shown in the trace. */
  readonly parameters?: readonly string[];
  /** Kinds it uses; absent: all. */
  readonly kinds?: readonly NodeKind[];
  readonly score?: (candidate: Candidate, input: PlacementInput) => Score;
  readonly choose?: (context: ChoiceContext) => Choice;
}

/** Expected response time by part, milliseconds. */
export interface PredictedTime {
  readonly transferMs: number;
  readonly waitMs: number;
  readonly serviceMs: number;
  readonly coldStartMs: number;
}

/** One instance as the decision saw it. */
export interface CandidateTrace {
  readonly instanceId: string;
  readonly nodeId: string;
  readonly kind: NodeKind;
  /** Empty: feasible. */
  readonly refusal: string;
  readonly score: Score;
  readonly inFlight: number;
  readonly concurrency: number;
  readonly telemetryAgeMs: number;
  readonly nodeHealth: NodeHealth;
}

/** How a decision came about. */
export interface Trace {
  readonly policy: string;
  readonly parameters: Readonly<Record<string, number>>;
  readonly frequency: number;
  readonly frequencyIsHint: boolean;
  readonly sizeBytes: number;
  readonly steps: readonly string[];
  readonly candidatesConsidered: number;
  readonly refusedCounts: Readonly<Record<string, number>>;
  /** Feasible ones in order of preference, then refused ones; at most 20. */
  readonly candidates: readonly CandidateTrace[];
  /** The decision rests on old telemetry alone. */
  readonly stale: boolean;
  readonly decidedAtMs: number;
}

/** Where a request goes, or why it goes nowhere. */
export type Decision =
  | {
      readonly type: "placed";
      readonly candidate: Candidate;
      readonly reason: string;
      readonly predicted: PredictedTime;
      readonly trace: Trace;
    }
  | { readonly type: "refused"; readonly refusal: Refusal; readonly message: string; readonly trace: Trace };
