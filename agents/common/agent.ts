import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { TelemetrySnapshot, TelemetrySnapshot__Output } from "../../proto/gen/straightline/v1/TelemetrySnapshot.js";
import { type ArtifactStore, openArtifactStore } from "../../services/common/bus/index.js";
import { causeChain, type StraightLineError } from "../../services/common/errors/index.js";
import { type Logger, METRIC, type Metrics, type Tracing } from "../../services/common/observe/index.js";
import { messageCodec } from "../../services/common/wire/index.js";
import { createBundleCache } from "./bundles/index.js";
import { createNodeCollector, type NodeCollector, type NodeReading } from "./collectors/index.js";
import type { AgentConfig, OnStop } from "./config.js";
import { describeFullDisk, hasRoom, STATE_DIRECTORY } from "./disk/index.js";
import { type Driver, type InstanceLimits, isCapacitySource, isChangeSource, isFunctionSource } from "./driver.js";
import { type Front, openFront } from "./front/index.js";
import { createInstanceProbe, type ManagedInstance } from "./instances/index.js";
import { isStageSource, openNodeJobs } from "./jobs/index.js";
import { type FleetLink, openFleetLink } from "./link.js";
import { createRecentSketch, type RecentSketch } from "./recent-sketch.js";
import { createReconciler } from "./reconcile/index.js";
import { createStatusFile, lockDirectory, openStateFile } from "./state/index.js";
import { type AgentIdentity, buildSnapshot, createSnapshotPublisher, instanceTelemetry, materialKey } from "./telemetry/index.js";

/** An agent: it runs what its node is assigned, and tells what it sees. */
export interface Agent {
  /** Finds again what ran before and begins. Does not wait for NATS. Rejects with START_FAILED when the state directory is in use. */
  start(): Promise<void>;
  /** Ends; what becomes of the instances is the configuration's `onStop`, or "stop" after a conflict. */
  stop(): Promise<void>;
}

/** What an agent is made of. */
export interface AgentOptions {
  readonly config: AgentConfig;
  readonly driver: Driver;
  readonly log: Logger;
  readonly tracing: Tracing;
  readonly metrics: Metrics;
  readonly now: () => number;
  /** The agent must end: its node id belongs to another. Called at most once. */
  readonly onFatal: (error: StraightLineError) => void;
}

/** A look at what runs on the node that takes longer than this is told as the node's impairment; its driver or a disk hangs. */
const LONG_LOOK_MS = 3000;
/** An instance's answer is waited for at most this long. */
const MAX_PROBE_MS = 1000;
/** Between the news that an instance stops and its end: time for the news to reach placement and for placed requests to arrive. */
const SETTLE_MS = 300;

/** A look at what runs on the node. */
interface Look {
  readonly sinceMs: number;
  readonly done: Promise<void>;
  /** The beat could not wait for it, so it tells its news itself. */
  isLate: boolean;
}

/** An agent for one driver. */
export function createAgent(options: AgentOptions): Agent {
  const { config, driver, log, now, metrics } = options;
  const identity: AgentIdentity = { epochMs: now(), agentInstanceId: randomBytes(8).toString("hex") };
  const codec = messageCodec<TelemetrySnapshot, TelemetrySnapshot__Output>("TelemetrySnapshot");
  const probe = createInstanceProbe(Math.min(MAX_PROBE_MS, Math.max(200, config.tickMs)));
  const coldStarts = new Map<string, RecentSketch>();
  let onStop: OnStop = driver.capabilities.survivesAgentRestart ? config.onStop : "stop";
  let link: FleetLink | undefined;
  let front: Front | undefined;
  let sequence = 0;
  let impairment: string | undefined;
  let look: Look | undefined;
  let hasLooked = false;
  let driverCapacity: InstanceLimits | undefined;
  let reading: NodeReading | undefined;

  const state = openStateFile(config.stateDirectory, config.nodeId, (error) =>
    log.error({ chain: causeChain(error) }, "the state file cannot be read; instances it told of are stopped"),
  );
  const artifacts = artifactStore(() => link);
  const jobs = isStageSource(driver)
    ? openNodeJobs({ ...options, ...config, executor: driver.stages, artifacts, bus: () => (link as FleetLink).bus() })
    : undefined;
  const reconciler = createReconciler({
    ...options,
    ...config,
    metrics,
    probe,
    state,
    settleMs: SETTLE_MS,
    bundles: createBundleCache(config.cacheDirectory, artifacts),
    onChange: (traceparent) => publisher.changed(traceparent),
    onReady(assignment, startMs) {
      const sketch = coldStarts.get(assignment) ?? createRecentSketch(now);
      coldStarts.set(assignment, sketch);
      sketch.record(startMs);
    },
  });
  const trouble = (): string | undefined => {
    if (look === undefined || now() - look.sinceMs < LONG_LOOK_MS) return impairment;
    return impairment ?? "what runs here could not be looked at for 3 s; it is told as it was seen last";
  };
  const seen = () => ({
    driver,
    takenAtMs: now(),
    instances: reconciler.instances(),
    failures: reconciler.failures(),
    frontAddress: front?.address,
    coldStarts: (assignment: string) => coldStarts.get(assignment)?.toData(),
  });
  observeAgent(metrics, () => ({ instances: reconciler.instances(), connected: link?.sender() !== undefined }));
  const published = metrics.counter(METRIC.agentPublished);
  const publisher = createSnapshotPublisher({
    key: () => materialKey(instanceTelemetry(seen()), trouble()),
    send: () => (reading === undefined ? undefined : link?.sender()),
    encode() {
      sequence += 1;
      published.add(1);
      // What functions tell is counted as it happens.
      const instancesUnseen = !hasLooked && !isFunctionSource(driver);
      hasLooked = false;
      const parts = { config, identity, sequence, driverCapacity, impairment: trouble(), instancesUnseen };
      return codec.encode(buildSnapshot({ ...parts, ...seen(), reading: reading as NodeReading }));
    },
  });

  const lookAround = async (): Promise<void> => {
    const driverImpairment = await driver.impairment();
    impairment = driverImpairment ?? (await diskImpairment(config));
    if (isCapacitySource(driver) && driverImpairment === undefined) driverCapacity = await driver.capacity();
    // A full disk refuses each start by itself, with the reason; what is wanted is tried again.
    await reconciler.observe(driverImpairment !== undefined);
  };
  const tell = (collector: NodeCollector): void => {
    try {
      reading = collector.read();
      publisher.publish();
    } catch (error) {
      log.error({ chain: causeChain(error) }, "tick failed");
    }
  };
  const beginLook = (collector: NodeCollector): Look => {
    const done = lookAround()
      .catch((error: unknown) => log.error({ chain: causeChain(error) }, "a look at the node failed"))
      .finally(() => {
        look = undefined;
        hasLooked = true;
        if (begun.isLate) tell(collector);
      });
    const begun: Look = { sinceMs: now(), done, isLate: false };
    look = begun;
    return begun;
  };
  /** A node whose driver hangs is not lost: what is known of it is told on each beat, and that it is old. */
  const tick = async (collector: NodeCollector): Promise<void> => {
    const current = look ?? beginLook(collector);
    const waited = delay(config.tickMs / 2, true, { ref: false });
    current.isLate = (await Promise.race([current.done, waited])) === true;
    tell(collector);
  };
  let stopRunning: () => Promise<void> = () => Promise.resolve();

  return {
    async start() {
      const lock = lockDirectory(config.stateDirectory);
      const tellStatus = createStatusFile(config.stateDirectory);
      tellStatus({ state: "starting" });
      const collector = createNodeCollector({
        directory: config.stateDirectory,
        now,
        onFault: (error) => log.warn({ chain: causeChain(error) }, "disk and network facts cannot be read"),
      });
      stopRunning = async () => {
        collector.close();
        await probe.close();
        await driver.close();
        lock.release();
      };
      try {
        await reconciler.recover();
        front = await openFront({ config, log, metrics, instances: reconciler.instances });
      } catch (error) {
        await stopRunning();
        throw error;
      }
      if (isChangeSource(driver)) driver.onChange(() => publisher.changed());
      await beginLook(collector).done;
      tell(collector);
      const ticking = every(config.tickMs, () => tick(collector));
      let conflict = false;
      link = openFleetLink({
        ...options,
        kind: driver.kind,
        identity,
        onUp: publisher.publish,
        watchMore: async (bus) => (conflict ? undefined : jobs?.watch(bus)),
        onDesired: (desired, refused) => conflict || reconciler.setDesired(desired, refused),
        onJoined: () => conflict || tellStatus({ state: "joined" }),
        onWaiting: ({ message }) => conflict || tellStatus({ state: "waiting", message }),
        onConflict(error) {
          if (conflict) return;
          conflict = true;
          tellStatus({ state: "failed", message: error.message });
          onStop = "stop";
          options.onFatal(error);
        },
      });
      const end = stopRunning;
      stopRunning = async () => {
        await ticking.stop();
        await look?.done;
        const endInstances = async (): Promise<void> => {
          await reconciler.freeze();
          if (onStop === "stop") await reconciler.stopAll();
        };
        await Promise.all([jobs?.end(onStop), endInstances(), front?.close(config.stopGraceMs)]);
        if (!conflict) publisher.publish();
        publisher.close();
        await link?.close();
        if (!conflict) tellStatus({ state: "stopped" });
        await end();
      };
    },
    stop: () => stopRunning(),
  };
}

async function diskImpairment({ stateDirectory }: AgentConfig): Promise<string | undefined> {
  return (await hasRoom(stateDirectory)) ? undefined : describeFullDisk(stateDirectory, STATE_DIRECTORY);
}

function observeAgent(
  metrics: Metrics,
  read: () => { readonly instances: readonly ManagedInstance[]; readonly connected: boolean },
): void {
  metrics.observe(METRIC.agentConnected, (set) => set(read().connected ? 1 : 0));
  metrics.observe(METRIC.agentInstances, (set) => {
    for (const { workload, phase } of read().instances) set(1, workload.application, phase);
  });
}

/** The object store, opened when it is first needed and NATS is there. */
function artifactStore(link: () => FleetLink | undefined): () => Promise<ArtifactStore> {
  let store: ArtifactStore | undefined;
  return async () => {
    store ??= await openArtifactStore(await (link() as FleetLink).bus());
    return store;
  };
}

/** Runs `work` in a steady beat; a beat that comes while the last one still works is left out. */
function every(periodMs: number, work: () => Promise<void>): { stop(): Promise<void> } {
  let running: Promise<void> | undefined;
  const timer = setInterval(() => {
    running ??= work().finally(() => {
      running = undefined;
    });
  }, periodMs);
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
