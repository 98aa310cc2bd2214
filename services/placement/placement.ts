import type { WatchResponse } from "../../proto/gen/straightline/v1/WatchResponse.js";
import { StraightLineError } from "../common/errors/index.js";
import { type StopStep, withTimeout } from "../common/lifecycle/index.js";
import type { Logger, Tracing } from "../common/observe/index.js";
import { createHandlers, startRpcServer } from "../common/rpc/index.js";
import { createPlacer, deploymentService, fleetService, type PlacementRecord, placementService } from "./api/index.js";
import { openPlacementBus } from "./bus.js";
import type { PlacementConfig } from "./config.js";
import { startController } from "./controller/index.js";
import { createLearner } from "./learning/index.js";
import { POLICIES } from "./policies/index.js";
import {
  createFleet,
  createFrequencyMeter,
  createHistory,
  createMirror,
  createNodeRecords,
  createReservations,
  createWaitQueue,
  createWatchHub,
  type Schedule,
  startTelemetryIntake,
} from "./state/index.js";

/** What a placement service is made of. */
export interface PlacementOptions {
  readonly config: PlacementConfig;
  readonly log: Logger;
  readonly tracing: Tracing;
  /** Milliseconds since the Unix epoch; must not go back. */
  readonly now: () => number;
}

/** A placement service that listens. */
export interface PlacementProcess {
  readonly port: number;
  /** In order: refuse, finish what is held, leave the bus. */
  readonly stopSteps: readonly StopStep[];
}

/** Leases and health are looked at this often where nobody asks. */
const SWEEP_MS = 250;
/** Left of the stop time for what comes after the calls. */
const STOP_RESERVE_MS = 2000;
/** A message carries at most 256 placements with their traces. */
const MAX_MESSAGE_BYTES = 4 * 1024 * 1024;

/** Starts placement. Rejects with BUS_UNAVAILABLE, PORT_IN_USE, INSECURE_LISTENER or UNKNOWN_POLICY. */
export async function startPlacement(options: PlacementOptions): Promise<PlacementProcess> {
  const { config, log, tracing, now } = options;
  const { placement: settings } = config;
  POLICIES.get(settings.policy);
  assertTicks(settings);
  assertPrices(settings);
  const bus = await openPlacementBus(config.nats, settings.startTimeoutMs, log);
  const state = createState(options);
  const { fleet, learner, reservations, waitQueue, frequency, history, decisions, nodeChanges } = state;
  const applications = createMirror(bus.applications, (name) => {
    controller.poke();
    // Whoever waits for an application that has gone must hear so.
    waitQueue.wake(name);
  });
  const assignments = createMirror(bus.assignments, () => controller.poke());
  const nodeRecords = createNodeRecords(bus.nodes, fleet, log);
  const controller = startController({ applications, assignments, assignmentBucket: bus.assignments, fleet, log, schedule });
  fleet.onChange(({ type, nodeId, applications: names }) => {
    nodeChanges.publish(nodeId);
    for (const name of names) waitQueue.wake(name);
    if (type !== "telemetry" || isNews(nodeId)) controller.poke();
  });
  const isNews = createNewsFilter(fleet);
  await withTimeout(
    Promise.all([applications.ready, assignments.ready, nodeRecords.ready]),
    settings.startTimeoutMs,
    "reading the buckets",
  );
  const intake = startTelemetryIntake(bus.connection, fleet, log, now);
  // Until the server has the subscription, what agents say is lost; nobody may be told that placement runs before.
  await bus.connection.flush();
  const sweep = setInterval(() => {
    reservations.sweep();
    fleet.sweep();
    learner.sweep();
    void nodeRecords.recordNewNodes();
  }, SWEEP_MS);
  const stopping = new AbortController();
  const handlers = createHandlers(log);
  const placer = createPlacer({
    config: placerConfig(config),
    policies: POLICIES,
    ...{ fleet, reservations, frequency, history, waitQueue, decisions, now },
    findApplication: (name) => applications.entries.get(name)?.value,
  });
  const leaveBus = async (): Promise<void> => {
    clearInterval(sweep);
    intake.close();
    await controller.stop();
    for (const mirror of [applications, assignments, nodeRecords]) mirror.close();
    await bus.connection.drain();
  };
  const server = await startRpcServer({
    host: settings.host,
    port: settings.port,
    tls: config.tls,
    reflection: "straightline",
    maxMessageBytes: MAX_MESSAGE_BYTES,
    services: [
      placementService({
        placer,
        fleet,
        learner,
        reservations,
        history,
        waitQueue,
        decisions,
        handlers,
        tracing,
        stopping: stopping.signal,
      }),
      fleetService({ fleet, nodeRecords, nodeChanges, handlers }),
      deploymentService({
        ...{ applications, assignments, fleet, frequency, handlers, tracing, now },
        applicationBucket: bus.applications,
        onDesiredChange: () => controller.poke(),
      }),
    ],
  }).catch(async (error: unknown) => {
    await leaveBus();
    throw error;
  });
  const refuse = (): void => {
    server.refuse();
    placer.close();
    stopping.abort();
    for (const hub of [decisions, nodeChanges]) hub.close();
  };
  return {
    port: server.port,
    stopSteps: [
      { name: "refuse new calls", run: refuse },
      { name: "finish calls", run: () => server.drain(Math.max(0, settings.stopTimeoutMs - STOP_RESERVE_MS)) },
      { name: "leave the bus", run: leaveBus },
    ],
  };
}

function createState({ config: { placement: settings }, log, now }: PlacementOptions) {
  const history = createHistory<PlacementRecord>(settings.historyLimit);
  const waitQueue = createWaitQueue<PlacementRecord>(settings.waitLimit, schedule);
  const reservations = createReservations(now, (placementId) => {
    const record = history.get(placementId);
    if (record !== undefined) record.leaseExpired = true;
    log.warn({ placementId, application: record?.application }, "lease ran out without a report");
    // The slot is free only once the sweep that found it is over.
    setImmediate(() => waitQueue.wake(record?.application));
  });
  const learner = createLearner(now);
  const onDropped = (count: number): void => log.warn({ count }, "a slow watcher lost messages");
  return {
    history,
    waitQueue,
    reservations,
    learner,
    fleet: createFleet(now, settings, reservations, learner),
    frequency: createFrequencyMeter(settings.frequencyWindowMs, now),
    decisions: createWatchHub<WatchResponse>({ limit: settings.watchLimit, onDropped }),
    // A node's newest state replaces what waits, so nothing is lost.
    nodeChanges: createWatchHub<string>({ limit: settings.watchLimit, keyOf: (nodeId) => nodeId, onDropped }),
  };
}

/** Telemetry comes every second from every node; the controller is woken only by what its plan depends on. */
function createNewsFilter(fleet: ReturnType<typeof createFleet>): (nodeId: string) => boolean {
  const known = new Map<string, string>();
  return (nodeId) => {
    const node = fleet.node(nodeId);
    const instances = (node?.telemetry?.instances ?? []).map(({ assignment, state }) => `${assignment}=${state}`).sort();
    const summary = [node?.health, node?.telemetry?.impairment, ...instances].join(" ");
    const isNews = known.get(nodeId) !== summary;
    known.set(nodeId, summary);
    return isNews;
  };
}

function placerConfig({ placement }: PlacementConfig) {
  const { policy, leaseGraceMs, idempotencyLimit, idempotencyTtlMs } = placement;
  const { frequencyThreshold, sizeThresholdBytes, priceWeight, priceCap } = placement;
  return {
    ...{ policy, leaseGraceMs, idempotencyLimit, idempotencyTtlMs },
    parameters: { F: frequencyThreshold, D: sizeThresholdBytes, priceWeight, priceCap },
  };
}

function assertTicks({ suspectTicks, lostTicks }: PlacementConfig["placement"]): void {
  if (suspectTicks < lostTicks) return;
  throw new StraightLineError(
    "CONFIG_INVALID",
    `configuration: placement.lostTicks: must be above placement.suspectTicks (${suspectTicks}); got ${lostTicks}`,
  );
}

function assertPrices({ priceWeight, priceCap }: PlacementConfig["placement"]): void {
  for (const [key, value] of Object.entries({ priceWeight, priceCap })) {
    if (value >= 0) continue;
    throw new StraightLineError("CONFIG_INVALID", `configuration: placement.${key}: must be 0 or more; got ${value}`);
  }
}

const schedule: Schedule = (delayMs, run) => {
  const timer = setTimeout(run, delayMs);
  return () => clearTimeout(timer);
};
