import type { ApplicationRecord__Output } from "../../proto/gen/straightline/v1/ApplicationRecord.js";
import type { Assignment__Output } from "../../proto/gen/straightline/v1/Assignment.js";
import type { WatchResponse } from "../../proto/gen/straightline/v1/WatchResponse.js";
import { kindFromWire } from "../common/bus/index.js";
import { withTimeout } from "../common/lifecycle/index.js";
import { type Logger, METRIC, type Metrics, type Tracing, traceFields, uniqueProcessId } from "../common/observe/index.js";
import { createPlacementMetrics, type PlacementRecord } from "./api/index.js";
import { exchangeArrivals } from "./arrivals-exchange.js";
import { startArtifactCleanup } from "./artifacts/index.js";
import type { PlacementBus } from "./bus.js";
import type { PlacementConfig } from "./config.js";
import { holdLease, startAutoscaling, startController } from "./controller/index.js";
import { createDesiredState, type DesiredState } from "./desired/index.js";
import { type LiveJobs, openLiveJobs } from "./jobs/index.js";
import { createLearner } from "./learning/index.js";
import type { NodeKind } from "./scheduler/index.js";
import {
  createArrivals,
  createFleet,
  createFrequencyMeter,
  createHistory,
  createMirror,
  createNodeRecords,
  createReservations,
  createWaitQueue,
  createWatchHub,
  type Mirror,
  type NodeRecords,
  type Schedule,
  startTelemetryIntake,
} from "./state/index.js";
import { observeState } from "./state-metrics.js";

/** What live state is kept with. */
export interface LiveStateOptions {
  readonly config: PlacementConfig;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
  /** Milliseconds since the Unix epoch; must not go back. */
  readonly now: () => number;
}

/** Everything that placement knows, kept up to date from the bus, and the controller that acts on it. */
export interface LiveState extends ReturnType<typeof createState> {
  readonly applications: Mirror<ApplicationRecord__Output>;
  readonly assignments: Mirror<Assignment__Output>;
  readonly nodeRecords: NodeRecords;
  readonly desired: DesiredState;
  readonly liveJobs: LiveJobs;
  /** Stops acting and listening; closes the connection. */
  leave(): Promise<void>;
}

/** Leases and health are looked at this often where nobody asks. */
const SWEEP_MS = 250;
/** Where NATS does not take the release in time, the lease ends by itself. */
const RELEASE_TIMEOUT_MS = 500;

/** Reads what earlier runs have left, then listens to agents. Rejects with DEADLINE_EXCEEDED when the bus does not give it in time. */
export async function openLiveState(options: LiveStateOptions, bus: PlacementBus): Promise<LiveState> {
  const { config, log, now, metrics, tracing } = options;
  const state = createState(options);
  const { fleet, reservations, learner, waitQueue, nodeChanges } = state;
  const applications = createMirror(bus.applications, (name) => {
    for (const [deployed, { value }] of applications.entries) {
      if (name === undefined || name === deployed) state.metrics.deployed(deployed, kindsOf(value));
    }
    controller.poke();
    // Whoever waits for an application that has gone must hear so.
    waitQueue.wake(name);
  });
  const assignments = createMirror(bus.assignments, () => controller.poke());
  const desired = createDesiredState({ applications, assignments, bucket: bus.applications, onChange: () => controller.poke() });
  const replica = uniqueProcessId();
  const lease = holdLease({
    ...{ now, schedule, log },
    bucket: bus.leases,
    key: "controller",
    holder: replica,
    ttlMs: config.placement.controllerLeaseMs,
    onHeld: () => {
      controller.poke();
      liveJobs.poke();
    },
  });
  const liveJobs = openLiveJobs({ bus, fleet, assignments, lease, settings: config.placement, metrics, log, now, schedule });
  const { jobs } = liveJobs;
  const parts = { applications, assignments, assignmentBucket: bus.assignments, jobs, desired, lease };
  const controller = startController({ ...parts, fleet, log, tracing, now, schedule });
  const autoscaling = startAutoscaling({ applications, desired, fleet, arrivals: state.arrivals, lease, log, now, schedule });
  const cleanup = startArtifactCleanup({
    ...{ applications, assignments, jobs, lease, log, now, schedule },
    stored: bus.storedArtifacts,
    graceMs: config.placement.artifactGraceMs,
  });
  const nodeRecords = createNodeRecords(bus.nodes, fleet, log);
  const isNews = createNewsFilter(fleet);
  fleet.onChange(({ type, nodeId, applications: names }) => {
    nodeChanges.publish(nodeId);
    for (const name of names) waitQueue.wake(name);
    if (type !== "telemetry" || isNews(nodeId)) controller.poke();
  });
  const read = Promise.all([applications.ready, assignments.ready, nodeRecords.ready, liveJobs.ready]);
  await withTimeout(read, config.placement.startTimeoutMs, "reading the buckets");
  const dropped = metrics.counter(METRIC.telemetryDropped);
  const intake = startTelemetryIntake(bus.connection, fleet, { log, tracing, now, dropped });
  const endExchange = exchangeArrivals({ bus: bus.connection, replica, arrivals: state.arrivals, waitQueue, log });
  // Until the server has the subscription, what agents say is lost; nobody may be told that placement runs before.
  await bus.connection.flush();
  const sweep = setInterval(() => {
    for (const swept of [reservations, fleet, learner]) swept.sweep();
    void nodeRecords.recordNewNodes();
  }, SWEEP_MS);
  const leave = async (): Promise<void> => {
    clearInterval(sweep);
    intake.close();
    endExchange();
    await cleanup.stop();
    await autoscaling.stop();
    await controller.stop();
    await liveJobs.leave();
    await withTimeout(lease.release(), RELEASE_TIMEOUT_MS, "giving up the lease").catch(() => undefined);
    for (const mirror of [applications, assignments, nodeRecords]) mirror.close();
    await bus.connection.drain();
  };
  observeState(metrics, { ...state, applications });
  return { ...state, applications, assignments, nodeRecords, desired, liveJobs, leave };
}

/** The forms that an application is deployed in. */
function kindsOf({ spec }: ApplicationRecord__Output): NodeKind[] {
  return (spec?.implementations ?? []).flatMap(({ kind }) => kindFromWire(kind) ?? []);
}

function createState({ config: { placement: settings }, log, now, metrics: all }: LiveStateOptions) {
  const metrics = createPlacementMetrics(all);
  const history = createHistory<PlacementRecord>(settings.historyLimit);
  const waitQueue = createWaitQueue<PlacementRecord>(settings.waitLimit, schedule);
  const reservations = createReservations(now, (placementId) => {
    const record = history.get(placementId);
    if (record !== undefined) record.leaseExpired = true;
    metrics.leaseExpired(record?.application ?? "");
    log.warn(
      { ...traceFields(record?.traceparent), placementId, application: record?.application },
      "lease ran out without a report",
    );
    // The slot is free only once the sweep that found it is over.
    setImmediate(() => waitQueue.wake(record?.application));
  });
  const learner = createLearner(now);
  const arrivals = createArrivals(now);
  const frequency = createFrequencyMeter(settings.frequencyWindowMs, now);
  const onDropped = (count: number): void => log.warn({ count }, "a slow watcher lost messages");
  return {
    history,
    metrics,
    waitQueue,
    reservations,
    learner,
    fleet: createFleet(now, settings, reservations, learner),
    arrivals,
    frequency: {
      ...frequency,
      count(application: string) {
        frequency.count(application);
        arrivals.count(application);
      },
    },
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
    const instances = (node?.telemetry?.instances ?? [])
      .map((one) => `${one.assignment}@${one.generation}=${one.state}/${one.available}/${one.failedAttempts}`)
      .sort();
    const summary = [node?.health, node?.telemetry?.impairment, ...instances].join(" ");
    const isNews = known.get(nodeId) !== summary;
    known.set(nodeId, summary);
    return isNews;
  };
}

const schedule: Schedule = (delayMs, run) => {
  const timer = setTimeout(run, delayMs);
  return () => clearTimeout(timer);
};
