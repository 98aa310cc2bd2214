import { setTimeout as delay } from "node:timers/promises";
import {
  type BusConnection,
  connectBus,
  type KindToken,
  readServers,
  type Subscription,
  telemetrySubject,
} from "../../services/common/bus/index.js";
import { causeChain, StraightLineError } from "../../services/common/errors/index.js";
import type { Logger } from "../../services/common/observe/index.js";
import { watchAssignments } from "./assignments.js";
import type { AgentConfig } from "./config.js";
import { createDuplicateGuard } from "./telemetry/duplicate-guard.js";
import type { AgentIdentity } from "./telemetry/index.js";
import type { Workload } from "./workload.js";

/** The agent's connection to the fleet. */
export interface FleetLink {
  /** Sends a snapshot; undefined while NATS is away. */
  sender(): ((data: Uint8Array, traceparent: string | undefined) => void) | undefined;
  /** The bus, once it has been there; rejects with BUS_UNAVAILABLE before. */
  bus(): Promise<BusConnection>;
  close(): Promise<void>;
}

/** What a link needs. */
export interface LinkOptions {
  readonly config: AgentConfig;
  readonly kind: KindToken;
  readonly identity: AgentIdentity;
  readonly log: Logger;
  /** NATS is there, for the first time or again: the newest snapshot is wanted at once. */
  readonly onUp: () => void;
  readonly onDesired: (desired: ReadonlyMap<string, Workload>, refused: ReadonlyMap<string, string>) => void;
  /** Begins to watch what else the node is to do. */
  readonly watchMore: (bus: BusConnection) => Promise<Subscription | undefined>;
  /** The node's assignments are watched: it is part of the fleet, for the first time or again. */
  readonly onJoined: () => void;
  /** NATS is awaited, still or again. */
  readonly onWaiting: (error: StraightLineError) => void;
  /** Another agent had this node id first. */
  readonly onConflict: (error: StraightLineError) => void;
}

/** An older agent of the same id answers the first snapshot at once; its answer is waited for before anything is started. */
const CONFLICT_WAIT_MS = 300;
const FIRST_RETRY_MS = 250;
const MAX_RETRY_MS = 5000;
const LOST = new StraightLineError(
  "BUS_UNAVAILABLE",
  "the connection to NATS is lost: it does not answer, or the node has been removed; what runs goes on",
);
/** While NATS stays away this is said once a minute. */
const COMPLAIN_MS = 60_000;

/** Connects in the background, for ever, and then watches what the node is to run. */
export function openFleetLink(options: LinkOptions): FleetLink {
  const { config, kind, identity, log, onUp, onDesired, onConflict } = options;
  const subject = telemetrySubject(kind, config.nodeId);
  const open: Subscription[] = [];
  const closing = new AbortController();
  let bus: BusConnection | undefined;
  let hasJoined = false;
  const logRarely = limitedComplaint(log);
  const complain = (error: unknown): void => {
    logRarely(error);
    options.onWaiting(StraightLineError.from(error));
  };
  const guard = createDuplicateGuard({ nodeId: config.nodeId, identity, log, onOlder: onConflict, onNewer: onUp });

  const establish = async (): Promise<void> => {
    bus ??= await connectBus(config.nats, `agent-${config.nodeId}`, log);
    if (closing.signal.aborted) return;
    const connection = bus;
    if (open.length === 0) {
      open.push(
        connection.subscribe(subject, guard),
        connection.onStatus(({ type }) => {
          if (type === "reconnected") onUp();
          if (hasJoined && type === "reconnected") options.onJoined();
          if (hasJoined && type === "disconnected") options.onWaiting(LOST);
        }),
      );
    }
    await connection.flush();
    onUp();
    await delay(CONFLICT_WAIT_MS, undefined, { signal: closing.signal });
    open.push(await watchAssignments({ bus: connection, nodeId: config.nodeId, kind, log, onDesired }));
    log.info({ servers: readServers(config.nats.servers).addresses }, "joined the fleet");
    hasJoined = true;
    options.onJoined();
  };
  const watchMore = async (): Promise<void> => {
    const more = await options.watchMore(bus as BusConnection);
    if (more !== undefined) open.push(more);
  };
  const established = untilDone(establish, complain, closing.signal).then(() => untilDone(watchMore, complain, closing.signal));

  return {
    sender() {
      const connection = bus;
      if (connection?.isConnected() !== true) return undefined;
      return (data, traceparent) => connection.publish(subject, data, traceparent);
    },
    bus: () =>
      bus === undefined
        ? Promise.reject(new StraightLineError("BUS_UNAVAILABLE", "not yet connected to NATS"))
        : Promise.resolve(bus),
    async close() {
      closing.abort();
      await established;
      for (const subscription of open) subscription.close();
      await bus?.drain().catch((error: unknown) => log.debug({ chain: causeChain(error) }, "drain cut short"));
    },
  };
}

/** Tries until it succeeds, with growing pauses, or until the signal. Never rejects. */
async function untilDone(work: () => Promise<void>, complain: (error: unknown) => void, signal: AbortSignal): Promise<void> {
  for (let waitMs = FIRST_RETRY_MS; !signal.aborted; waitMs = Math.min(MAX_RETRY_MS, waitMs * 2)) {
    try {
      return await work();
    } catch (error) {
      if (signal.aborted) return;
      complain(error);
    }
    await delay(waitMs, undefined, { signal }).catch(() => undefined);
  }
}

function limitedComplaint(log: Logger): (error: unknown) => void {
  let lastMs = Number.NEGATIVE_INFINITY;
  return (error) => {
    if (Date.now() - lastMs < COMPLAIN_MS) return;
    lastMs = Date.now();
    log.warn(`${StraightLineError.from(error).message}; the agent goes on without it and keeps trying`);
  };
}
