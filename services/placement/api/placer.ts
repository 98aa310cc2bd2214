import { randomBytes } from "node:crypto";
import type { ApplicationRecord__Output } from "../../../proto/gen/straightline/v1/ApplicationRecord.js";
import type { PlaceRequest__Output } from "../../../proto/gen/straightline/v1/PlaceRequest.js";
import type { WatchResponse } from "../../../proto/gen/straightline/v1/WatchResponse.js";
import { kindFromWire } from "../../common/bus/index.js";
import { StraightLineError } from "../../common/errors/index.js";
import type { DecisionListener, MadeDecision } from "../beside/index.js";
import type { PolicyRegistry } from "../policies/index.js";
import { decide, type ImplementationView, type PlacementInput } from "../scheduler/index.js";
import {
  type Attempt,
  createIdempotency,
  expectedWork,
  type Fleet,
  type FrequencyMeter,
  type History,
  instanceKey,
  type Reservations,
  type WaitQueue,
  type WatchHub,
} from "../state/index.js";
import type { PlacementMetrics } from "./placement-metrics.js";
import { createRecord, type Placed, type PlacementRecord } from "./placement-record.js";
import { type PlaceCommand, readPlaceRequest } from "./read-place-request.js";
import { requestFingerprint, waitGroup } from "./request-keys.js";
import { failureToWire, refusalError } from "./wire-failure.js";

/** How placing is set up. */
export interface PlacerConfig {
  readonly policy: string;
  readonly parameters: Readonly<Record<string, number>>;
  /** A slot is held this much longer than its request may take. */
  readonly leaseGraceMs: number;
  readonly idempotencyLimit: number;
  readonly idempotencyTtlMs: number;
}

/** What a placer works with. */
export interface PlacerParts {
  readonly config: PlacerConfig;
  readonly policies: PolicyRegistry;
  readonly fleet: Fleet;
  readonly reservations: Reservations;
  readonly frequency: FrequencyMeter;
  readonly history: History<PlacementRecord>;
  readonly waitQueue: WaitQueue<PlacementRecord>;
  readonly decisions: WatchHub<WatchResponse>;
  readonly metrics: PlacementMetrics;
  readonly listeners: readonly DecisionListener[];
  readonly findApplication: (name: string) => ApplicationRecord__Output | undefined;
  /** Milliseconds since the Unix epoch; must not go back. */
  readonly now: () => number;
}

/** What is known of a call beside its request. */
export interface PlaceContext {
  /** Of the RPC; undefined: none. */
  readonly deadlineMs: number | undefined;
  /** Of the decision's span, or the caller's where nobody records; empty: none. */
  readonly traceparent: string;
  readonly signal: AbortSignal | undefined;
}

/** Places requests. */
export interface Placer {
  /** Decides, reserves, remembers; waits for capacity where the request asks for it. Rejects with the errors of PlacementService. */
  place(request: PlaceRequest__Output, context: PlaceContext): Promise<PlacementRecord>;
  /** Ends all waiting; requests that come later are refused with DRAINING. */
  close(): void;
}

/** One request on its way. */
interface Order {
  readonly command: PlaceCommand;
  readonly traceparent: string;
  readonly arrivedMs: number;
  readonly endMs: number;
}

/** Whether a request may wait, and how many do from it on. */
type QueueFacts = Required<Pick<PlacementInput, "mayWait" | "waitingCount">> & {
  /** Time that passes before the first try is none that the request waits for capacity. */
  readonly hasWaited: boolean;
};

/** A placer. */
export function createPlacer(parts: PlacerParts): Placer {
  const { config, now } = parts;
  const idempotency = createIdempotency<PlacementRecord>(config.idempotencyLimit, config.idempotencyTtlMs, now);
  let closed = false;
  const run = async (command: PlaceCommand, context: PlaceContext): Promise<PlacementRecord> => {
    try {
      const order = createOrder(command, context, parts);
      if (!command.wire.dryRun) parts.frequency.count(command.request.application);
      return await placeOrWait(order, context.signal, parts);
    } catch (error) {
      tellFailure(command, StraightLineError.from(error), parts);
      throw error;
    }
  };
  return {
    async place(request, context) {
      if (closed) throw new StraightLineError("DRAINING", "placement is stopping; try again");
      const command = readPlaceRequest(request, parts.policies, config.policy);
      if (request.idempotencyKey === "" || request.dryRun) return run(command, context);
      const key = `${request.application}\n${request.idempotencyKey}`;
      return idempotency.once(key, requestFingerprint(request), () => run(command, context));
    },
    close() {
      closed = true;
      parts.waitQueue.close();
    },
  };
}

function createOrder(command: PlaceCommand, context: PlaceContext, { findApplication, now }: PlacerParts): Order {
  const record = requireApplication(command.request.application, findApplication);
  const limits = [command.deadlineMs, context.deadlineMs, record.spec?.timeoutMs].filter((limit) => limit !== undefined);
  const leftMs = Math.min(...limits);
  if (leftMs <= 0) throw new StraightLineError("DEADLINE_EXCEEDED", "the call's deadline has passed");
  return { command, traceparent: context.traceparent, arrivedMs: now(), endMs: now() + leftMs };
}

function requireApplication(name: string, find: PlacerParts["findApplication"]): ApplicationRecord__Output {
  const record = find(name);
  if (record !== undefined) return record;
  throw new StraightLineError("UNKNOWN_APPLICATION", `application: no application ${JSON.stringify(name)}; deploy it first`);
}

async function placeOrWait(order: Order, signal: AbortSignal | undefined, parts: PlacerParts): Promise<PlacementRecord> {
  const { request, wire } = order.command;
  const wait = wire.wait && !wire.dryRun;
  // A newcomer must not pass those who wait for the same.
  if (!wait || parts.waitQueue.isEmpty(request.application)) {
    const attempt = tryPlace(order, { mayWait: wait, waitingCount: 0, hasWaited: false }, parts);
    if (attempt.type === "placed") return attempt.value;
  }
  return parts.waitQueue.wait({
    application: request.application,
    group: waitGroup(wire),
    sizeBytes: request.sizeBytes,
    deadlineMs: order.endMs - parts.now(),
    signal,
    attempt: (waitingCount) => tryPlace(order, { mayWait: true, waitingCount, hasWaited: true }, parts),
  });
}

/** Throws the refusal, unless waiting may help and is wanted. */
function tryPlace(order: Order, queue: QueueFacts, parts: PlacerParts): Attempt<PlacementRecord> {
  const startedUs = performance.now() * 1000;
  const made = decideFor(order, queue, parts);
  const { decision } = made;
  const timing = {
    decideUs: Math.round(performance.now() * 1000 - startedUs),
    waitedMs: queue.hasWaited ? Math.round(parts.now() - order.arrivedMs) : 0,
    retryOf: order.command.wire.retryOf,
  };
  const tell = (use: MadeDecision["use"], placementId: string): void => {
    for (const listener of parts.listeners) listener.decided({ ...made, use, placementId });
  };
  const use = order.command.wire.dryRun ? "dry-run" : "answered";
  if (decision.type === "placed") {
    const value = reserve(order, decision, timing, parts);
    tell(use, value.placement.placementId ?? "");
    return { type: "placed", value };
  }
  const waits = queue.mayWait && decision.refusal.kind === "retryLater";
  tell(waits ? "waiting" : use, "");
  if (waits) return { type: "wait", message: decision.message };
  throw refusalError(decision, timing);
}

/** Decisions of this process draw from seeds of their own, so that replicas with equal telemetry do not draw alike. */
const RUN_SEED = randomBytes(4).readUInt32LE();
let decisionCount = 0;

function decideFor(
  { command, arrivedMs, endMs }: Order,
  { mayWait, waitingCount }: QueueFacts,
  { config, fleet, findApplication, frequency, now }: PlacerParts,
): Pick<MadeDecision, "snapshot" | "input" | "policy" | "decision"> {
  const { request, policy, frequencyHint } = command;
  const sequence = decisionCount++;
  const record = requireApplication(request.application, findApplication);
  const snapshot = fleet.snapshotFor(request.application);
  const input = {
    nowMs: now(),
    seed: (RUN_SEED + sequence) >>> 0,
    sequence,
    deadlineMs: Math.max(0, endMs - now()),
    mayWait,
    waitedMs: now() - arrivedMs,
    waitingCount,
    isRepeatable: record.spec?.idempotent === true && request.constraints.excludedInstanceIds.length === 0,
    request,
    implementations: implementationsOf(record),
    frequency: {
      perSecond: frequencyHint ?? frequency.perSecond(request.application),
      isHint: frequencyHint !== undefined,
      peakPerSecond: frequencyHint ?? frequency.peakPerSecond(request.application),
    },
    parameters: parametersFor(record, config.parameters),
  };
  return { snapshot, input, policy, decision: decide(snapshot, input, policy) };
}

/** An application may lower the price cap, not lift it. */
function parametersFor({ spec }: ApplicationRecord__Output, parameters: PlacerConfig["parameters"]): PlacerConfig["parameters"] {
  const [own, general] = [spec?.priceCap ?? 0, parameters["priceCap"] ?? 0];
  return own === 0 || (general > 0 && general <= own) ? parameters : { ...parameters, priceCap: own };
}

function implementationsOf({ spec }: ApplicationRecord__Output): ImplementationView[] {
  return (spec?.implementations ?? []).flatMap(({ kind: wire, payloadLimitBytes }) => {
    const kind = kindFromWire(wire);
    return kind === undefined ? [] : [{ kind, payloadLimitBytes }];
  });
}

/** Unique over restarts by its first half, within a run by its second. */
const RUN_ID = randomBytes(6).toString("hex");
let placementCount = 0;

function reserve(order: Order, placed: Placed, timing: PlacementRecord["timing"], parts: PlacerParts): PlacementRecord {
  const { command, traceparent } = order;
  const { wire, request } = command;
  const leftMs = Math.max(0, order.endMs - parts.now());
  const leaseMs = wire.dryRun ? 0 : leftMs + parts.config.leaseGraceMs;
  const placementId = wire.dryRun ? "" : `${RUN_ID}-${(placementCount++).toString(36)}`;
  const idempotent = parts.findApplication(request.application)?.spec?.idempotent ?? false;
  const record = createRecord(placed, {
    placementId,
    leaseMs,
    deadlineMs: leftMs,
    idempotent,
    request: wire,
    timing,
    traceparent,
  });
  if (wire.dryRun) return record;
  parts.reservations.reserve(
    placementId,
    instanceKey(record.nodeId, record.instanceId),
    leaseMs,
    expectedWork(placed.candidate, placed.predicted),
  );
  parts.history.add(placementId, record);
  parts.metrics.placed(record, placed, parts.now());
  if (parts.decisions.hasSubscribers()) {
    parts.decisions.publish({ application: request.application, sizeBytes: request.sizeBytes, placement: record.placement });
  }
  return record;
}

function tellFailure({ request, wire, policy }: PlaceCommand, error: StraightLineError, parts: PlacerParts): void {
  const { decisions, metrics, findApplication } = parts;
  if (wire.dryRun) return;
  const isKnown = findApplication(request.application) !== undefined;
  metrics.refused(isKnown ? request.application : "", policy.name, error);
  if (!isKnown || !decisions.hasSubscribers()) return;
  const failure = failureToWire(error);
  decisions.publish({ application: request.application, sizeBytes: request.sizeBytes, failure });
}
