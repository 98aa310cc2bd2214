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
  /** When its last snapshot was received, on the clock of the decision's `nowMs`. */
  readonly heardAtMs: number;
  readonly scheduling: NodeScheduling;
  readonly labels: Readonly<Record<string, string>>;
  /** Empty: none. */
  readonly zone: string;
  /** 0: not known. */
  readonly networkBytesPerSecond: number;
  /** Between two snapshots, milliseconds; absent: not known. */
  readonly tickMs?: number;
  /** CPU cores; absent: not known. */
  readonly cpuCores?: number;
  /** CPU that others than its instances use, 0..1 of the node. */
  readonly neighbourCpuRatio?: number;
}

/**
 * What has been learned of an instance, as of the decision: numbers alone, so that a recorded decision can be made again. Where its
 * own record is short, its values come from all instances of the application of the same kind.
 */
export interface InstanceModel {
  /** Service time = base + perByte * bytes, milliseconds. */
  readonly serviceBaseMs: number;
  readonly servicePerByteMs: number;
  /** Service time of a request of the mean size seen so far. */
  readonly serviceMeanMs: number;
  /** Standard deviation of a service time, relative to its prediction. */
  readonly serviceSpreadRatio: number;
  /** Standard error of the prediction itself, relative to it: wide while samples are few or old. */
  readonly serviceErrorRatio: number;
  /** CPU that neighbours used while this was learned, 0..1 of the node. */
  readonly neighbourCpuRatio: number;
  /** Time to send = base + perByte * bytes, milliseconds. */
  readonly transferBaseMs: number;
  readonly transferPerByteMs: number;
  /** Mean and standard deviation of a cold start. */
  readonly coldStartMs: number;
  readonly coldStartSpreadMs: number;
  /** Share 0..1 of requests that find no idle worker and are served by one that is set free before their own has started. */
  readonly handoverShare: number;
  /** Recent answers of the whole application, and how many of them paid a cold start, old ones less. */
  readonly recentAnswers: number;
  readonly recentColdStarts: number;
  /** What a request of the application is worth that keeps a function's worker warm for the next burst: see learning/overflow.ts. */
  readonly warmthMs: number;
  /** Probability 0..1 that a request sent there fails. */
  readonly failureRisk: number;
  /** Time after which a failure is known, on the mean over the application. */
  readonly failedAfterMs: number;
  /** Response time that jumps to each peak and falls back slowly; 0: no answer seen yet. */
  readonly peakResponseMs: number;
  /** Answers of its own that count, old ones less. */
  readonly samples: number;
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
  /** Workers of a function that live, those starting for requests of ours among them; absent: not known. */
  readonly liveWorkers?: number | undefined;
  /** Of the live workers, those still starting. */
  readonly startingWorkers?: number | undefined;
  /** For how long a worker of a function lives without a request; absent: not known. */
  readonly keepAliveMs?: number | undefined;
  /** When each idle worker of a function last served one of ours, that used last first, on the clock of `nowMs`; those that never did are left out. */
  readonly idleSinceMs?: readonly number[] | undefined;
  /** When the last worker that starts for a request of ours should be ready, on the clock of `nowMs`. */
  readonly workersReadyAtMs?: number | undefined;
  /** When a request placed now should get a slot, behind those of ours, on the clock of `nowMs`; 0: at once. */
  readonly slotFreeAtMs?: number | undefined;
  /** For each request of ours that is served: when it should have ended, or when another there did, if that was later; on the clock of `nowMs`. */
  readonly dueAtMs?: readonly number[] | undefined;
  /** Price of one request, and of each second that it is served; absent: none, capacity is already paid for. */
  readonly price?: { readonly perRequest: number; readonly perSecond: number } | undefined;
  /** What has been learned of it; absent: nothing. */
  readonly model?: InstanceModel | undefined;
  /** A 32-bit hash of node and instance, so that draws need not compute it. */
  readonly hash?: number | undefined;
}

/** One application's instances with their nodes. The order of either does not matter to a decision. */
export interface FleetSnapshot {
  readonly nodes: ReadonlyMap<string, NodeView>;
  readonly instances: readonly InstanceView[];
  /** The same, paired; absent: to be paired. */
  readonly candidates?: readonly Candidate[];
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
  /** Share of the data, 0..1, that lies at each node or zone, by id; absent: none. */
  readonly locality?: Readonly<Record<string, number>>;
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
  /** The only source of chance: one for each decision; no policy draws random numbers of its own. */
  readonly seed: number;
  /** Number of the decision, for the policies that rotate; absent: the seed. */
  readonly sequence?: number;
  /** Time left until the request's deadline, milliseconds; absent: no deadline. */
  readonly deadlineMs?: number;
  /** A refusal for now lets the request wait in the placement's queue rather than fail. */
  readonly mayWait?: boolean;
  /** How long it has waited there, milliseconds; absent: not at all. */
  readonly waitedMs?: number;
  /** Requests of the application that wait there from this one on, itself included; absent: not known. */
  readonly waitingCount?: number;
  /** If it fails where it is sent, it is sent elsewhere once more; absent: not known, so it is not. */
  readonly isRepeatable?: boolean;
  readonly request: RequestView;
  readonly implementations: readonly ImplementationView[];
  readonly frequency: {
    readonly perSecond: number;
    readonly isHint: boolean;
    /** Most arrivals of any second in the last minutes; absent: not known. */
    readonly peakPerSecond?: number;
  };
  /** By name, for example F and D. */
  readonly parameters: Readonly<Record<string, number>>;
}

/** An instance and its node. */
export interface Candidate {
  readonly instance: InstanceView;
  readonly node: NodeView;
}

/** `retryLater`: it may fit once something is free or ready. `never`: not before the request or the fleet changes. `tooLate`: not before its deadline. */
export type RefusalKind = "retryLater" | "never" | "tooLate";

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
  /** The same in no order, for a policy that looks at each of them: sorting is what costs most. Absent: see `candidates`. */
  readonly pool?: readonly Candidate[];
  /** Those in doubt that could take the request too, where there are trusted ones; absent: none. */
  readonly doubtful?: readonly Candidate[];
  /** Every instance of the application, also those refused. */
  readonly evaluations: readonly Evaluation[];
  readonly input: PlacementInput;
}

/** A policy's choice in words. */
export interface Choice {
  /** Candidates in order of preference; the first is taken. Never empty. */
  readonly preferred: readonly [Candidate, ...Candidate[]];
  /** Those that follow, asked for only when the trace is read; absent: the common order. */
  readonly rest?: () => readonly Candidate[];
  /** One line; a function is asked for it only when it is read. */
  readonly reason: string | (() => string);
  /** Which of the policy's few rules it was, one word, for counting; absent: it has but one. */
  readonly rule?: string;
  /** The way to it, each a sentence; a function is asked for them only when the trace is read. */
  readonly steps: readonly string[] | (() => readonly string[]);
}

/** A way to choose. With neither `score` nor `choose` the first candidate in the common order is taken. */
export interface PlacementPolicy {
  readonly name: string;
  /** Names of the parameters it reads; shown in the trace. */
  readonly parameters?: readonly string[];
  /** Kinds it uses; absent: all. */
  readonly kinds?: readonly NodeKind[];
  /** Requests that it lets wait inside an instance beyond its slots; absent: none. Functions refuse those, so they never get any. */
  readonly queueDepth?: number;
  /** A condition of its own on an instance that could take the request. */
  readonly refuse?: (candidate: Candidate, input: PlacementInput) => Refusal | undefined;
  /** `able`: all that could take the request, the candidate among them. */
  readonly score?: (candidate: Candidate, input: PlacementInput, able: readonly Candidate[]) => Score;
  /** A refusal: the request is rather to wait, or to go. */
  readonly choose?: (context: ChoiceContext) => Choice | Refusal;
}

/** Expected response time by part, milliseconds. */
export interface PredictedTime {
  readonly transferMs: number;
  readonly waitMs: number;
  readonly serviceMs: number;
  readonly coldStartMs: number;
}

/** What a request is expected to meet at an instance. */
export interface Forecast extends PredictedTime {
  /** Sum of the four parts. */
  readonly responseMs: number;
  /** Standard deviation of the response time. */
  readonly spreadMs: number;
  /** The part of it that comes from not knowing better, milliseconds. */
  readonly doubtMs: number;
  /** Probability 0..1 that the request fails, its deadline left aside. */
  readonly failureRisk: number;
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
      /** One of the policy's few rules; `only` where it has but one. */
      readonly rule: string;
      readonly predicted: PredictedTime;
      readonly trace: Trace;
    }
  | { readonly type: "refused"; readonly refusal: Refusal; readonly message: string; readonly trace: Trace };
