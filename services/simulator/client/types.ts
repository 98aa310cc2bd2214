import type { ImplementationView, NodeKind, RequestView } from "../../placement/scheduler/index.js";
import type { ExpectedWork } from "../../placement/state/index.js";
import type { Job } from "../clock/index.js";
import type { ApplicationScenario } from "../scenario/index.js";
import type { OfferedRequest } from "../workload/index.js";
import type { SimInstance, Task } from "../world/index.js";

/** An application as a run needs it. */
export interface Application {
  readonly scenario: ApplicationScenario;
  readonly implementations: readonly ImplementationView[];
}

/** A request on its way. */
export interface SimRequest {
  readonly offered: OfferedRequest;
  readonly application: Application;
  readonly arrivedMs: number;
  readonly endMs: number;
  /** When placement was last asked for it. */
  askedMs: number;
  /** As placement sees it; anew after a failed attempt. */
  view: RequestView;
  /** Attempts that were sent. */
  attempts: number;
  /** Kind of the last attempt; undefined: it was never placed. */
  kind: NodeKind | undefined;
  hasEnded: boolean;
  /** The attempt under way. */
  sent: SentRequest | undefined;
  /** Ends its wait in placement's queue; undefined: it does not wait there. */
  giveUp: (() => void) | undefined;
}

/** One sending of a request to an instance. */
export interface SentRequest {
  readonly request: SimRequest;
  readonly placementId: string;
  readonly placed: Placed;
  readonly instance: SimInstance;
  readonly task: Task;
  readonly sentMs: number;
  /** Its data is on the way. */
  transfer: Job | undefined;
  /** Its client waits for it no more. */
  isOver: boolean;
  /** Its node has gone, of which the client does not know yet. */
  isLost: boolean;
}

/** Where a request goes. */
export interface Placed {
  readonly nodeId: string;
  readonly instanceId: string;
  readonly kind: NodeKind;
  readonly expected: ExpectedWork;
  readonly expectedWaitMs: number;
  /** Time that it waited in placement's queue. */
  readonly waitedMs: number;
}

/** What a decision comes to. `later`: it may wait. */
export type Decided =
  | { readonly type: "placed"; readonly placed: Placed }
  | { readonly type: "refused"; readonly later: boolean };

/** Decides for a request: the real scheduler, or what stands in for it. */
export type Decide = (request: SimRequest, waitingCount: number) => Decided;

/** How a request ended. Refused: never placed. Instance: it failed there, and elsewhere too or could not be repeated. */
export type Ending =
  | { readonly type: "answered"; readonly responseMs: number; readonly serviceMs: number; readonly instance: SimInstance }
  | { readonly type: "failed"; readonly why: "refused" | "timeout" | "instance" };
