import type { TelemetrySnapshot, TelemetrySnapshot__Output } from "../../../proto/gen/straightline/v1/TelemetrySnapshot.js";
import { type BusConnection, type BusMessage, type Subscription, TELEMETRY_WILDCARD } from "../../common/bus/index.js";
import { causeChain } from "../../common/errors/index.js";
import { ATTRIBUTE, type Counter, type Logger, messagingAttributes, SPAN, type Tracing } from "../../common/observe/index.js";
import { messageCodec } from "../../common/wire/index.js";
import type { Acceptance, Fleet } from "./fleet.js";

/** A node's faults are logged at most this often; every one of them is counted. */
const LOG_EVERY_MS = 60_000;
/** Names under which faults are counted; a flood of invented subjects shares the last. */
const MAX_NAMES = 10_000;

/** What taking telemetry in needs beside the fleet. */
export interface IntakeParts {
  readonly log: Logger;
  readonly tracing: Tracing;
  readonly now: () => number;
  /** Counts what was not taken in. */
  readonly dropped: Counter<[]>;
}

/**
 * Feeds the fleet from the bus. Whatever arrives there, nothing throws. A snapshot that tells how a traced start has ended is the last
 * span of that start: from then on requests can be placed on the instance.
 */
export function startTelemetryIntake(bus: BusConnection, fleet: Fleet, parts: IntakeParts): Subscription {
  const { log, tracing, now, dropped } = parts;
  const codec = messageCodec<TelemetrySnapshot, TelemetrySnapshot__Output>("TelemetrySnapshot");
  const drop = createDropLog(log, now);
  return bus.subscribe(TELEMETRY_WILDCARD, (message) => {
    const span =
      message.traceparent === undefined
        ? undefined
        : tracing.start(SPAN.telemetry, { role: "consumer", parent: message.traceparent });
    const acceptance = take(message, codec.decode, fleet);
    span?.set({
      [ATTRIBUTE.node]: nodeOf(message.subject),
      ...messagingAttributes("process", message.subject),
    });
    span?.end();
    if (acceptance.ok) return;
    dropped.add(1);
    drop(acceptance.nodeId, acceptance.fault, message.subject);
  });
}

function take({ subject, data }: BusMessage, decode: (bytes: Uint8Array) => TelemetrySnapshot__Output, fleet: Fleet): Acceptance {
  try {
    return fleet.accept(subject, decode(data));
  } catch (error) {
    return { ok: false, nodeId: nodeOf(subject), fault: `not a TelemetrySnapshot: ${causeChain(error).join(": ")}` };
  }
}

function nodeOf(subject: string): string {
  return subject.split(".").at(-1) ?? "?";
}

/** Counts faults per node and logs the latest with the count. */
function createDropLog(log: Logger, now: () => number): (nodeId: string, fault: string, subject: string) => void {
  const counts = new Map<string, { dropped: number; loggedMs: number }>();
  return (nodeId, fault, subject) => {
    const name = counts.has(nodeId) || counts.size < MAX_NAMES ? nodeId : "?";
    const entry = counts.get(name) ?? { dropped: 0, loggedMs: Number.NEGATIVE_INFINITY };
    counts.set(name, entry);
    entry.dropped += 1;
    if (now() - entry.loggedMs < LOG_EVERY_MS) return;
    log.warn({ node: nodeId, subject, fault, dropped: entry.dropped }, "telemetry dropped");
    entry.loggedMs = now();
  };
}
