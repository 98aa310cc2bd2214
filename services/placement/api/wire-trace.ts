import type { CandidateTrace } from "../../../proto/gen/straightline/v1/CandidateTrace.js";
import type { DecisionTrace, DecisionTrace__Output } from "../../../proto/gen/straightline/v1/DecisionTrace.js";
import type { NodeHealth as WireHealth } from "../../../proto/gen/straightline/v1/NodeHealth.js";
import { kindToWire } from "../../common/bus/index.js";
import { messageCodec } from "../../common/wire/index.js";
import type { NodeHealth, Trace } from "../scheduler/index.js";

/** What the scheduler, being pure, cannot know of its own decision. */
export interface TraceTiming {
  readonly decideUs: number;
  readonly waitedMs: number;
  /** Placement that this one replaces; empty: none. */
  readonly retryOf: string;
}

const HEALTH: Readonly<Record<NodeHealth, WireHealth>> = {
  fresh: "NODE_HEALTH_FRESH",
  suspect: "NODE_HEALTH_SUSPECT",
  lost: "NODE_HEALTH_LOST",
};

/** The wire's value. */
export function healthToWire(health: NodeHealth): WireHealth {
  return HEALTH[health];
}

/** A trace as the wire has it. */
export function traceToWire(trace: Trace, { decideUs, waitedMs, retryOf }: TraceTiming): DecisionTrace {
  return {
    ...trace,
    decidedAtMs: Math.round(trace.decidedAtMs),
    decideUs,
    waitedMs,
    retryOf,
    steps: [...trace.steps],
    candidates: trace.candidates.map(candidateToWire),
  };
}

function candidateToWire(candidate: Trace["candidates"][number]): CandidateTrace {
  return {
    ...candidate,
    kind: kindToWire(candidate.kind),
    score: candidate.score.total,
    components: candidate.score.components,
    nodeHealth: HEALTH[candidate.nodeHealth],
  };
}

const codec = messageCodec<DecisionTrace, DecisionTrace__Output>("DecisionTrace");

/** A trace as the bytes that travel in an error's details. */
export function encodeTrace(trace: DecisionTrace): Uint8Array {
  return codec.encode(trace);
}

/** Reads what encodeTrace wrote. */
export function decodeTrace(bytes: Uint8Array): DecisionTrace__Output {
  return codec.decode(bytes);
}
