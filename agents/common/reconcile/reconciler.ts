import { causeChain, StraightLineError } from "../../../services/common/errors/index.js";
import { type Logger, METRIC, type Metrics, type Tracing, traceFields } from "../../../services/common/observe/index.js";
import type { BundleCache } from "../bundles/index.js";
import { type Driver, isFunctionSource } from "../driver.js";
import {
  type InstanceProbe,
  isAvailable,
  type ManagedInstance,
  newInstance,
  observeInstance,
  recoveredInstance,
  rememberedWorkload,
  startInstance,
} from "../instances/index.js";
import type { StateFile } from "../state/index.js";
import type { Workload } from "../workload.js";
import { type AssignmentFailure, createFailureLog } from "./failures.js";
import { planActions } from "./plan.js";

/** Makes what runs equal to what is wanted. */
export interface Reconciler {
  /** Finds again what an earlier agent started, and what it was to run. Call first. */
  recover(): Promise<void>;
  /** The whole desired state, by assignment; and the assignments that make no sense, with the reason. */
  setDesired(desired: ReadonlyMap<string, Workload>, refused: ReadonlyMap<string, string>): void;
  /** Looks at every instance, then converges. */
  observe(impaired: boolean): Promise<void>;
  instances(): readonly ManagedInstance[];
  failures(): readonly AssignmentFailure[];
  /** Ends starts under way and starts nothing more; what runs goes on. */
  freeze(): Promise<void>;
  /** Stops all instances; after `freeze`. */
  stopAll(): Promise<void>;
}

/** What a reconciler needs. */
export interface ReconcilerOptions {
  readonly nodeId: string;
  readonly driver: Driver;
  readonly bundles: BundleCache;
  readonly probe: InstanceProbe;
  readonly state: StateFile;
  readonly tracing: Tracing;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly now: () => number;
  readonly startTimeoutMs: number;
  readonly stopGraceMs: number;
  readonly settleMs: number;
  readonly maxConcurrentStarts: number;
  /** An instance has started or failed, or is to be stopped. `traceparent` belongs to a recorded start. */
  readonly onChange: (traceparent?: string) => void;
  /** Time from the driver's start to ready, of an assignment; fetching its bundle is not part of it. */
  readonly onReady: (assignment: string, startMs: number) => void;
}

/** An instance that has been ready this long, and as long as its rollout asks, has recovered from earlier failures. */
const STABLE_MS = 30_000;
/** An instance that cannot be stopped is tried again, after 1 s, 2 s ... */
const MAX_STOP_ATTEMPTS = 5;
const STOP_RETRY_MS = 1000;

/** Of an assignment that cannot be read; generations count from 1. */
const NO_GENERATION = 0;

/** A reconciler that runs nothing yet. */
export function createReconciler(options: ReconcilerOptions): Reconciler {
  const { driver, state, log, now, metrics } = options;
  const startDuration = metrics.histogram(METRIC.agentStartDuration);
  const failureCount = metrics.counter(METRIC.agentFailures);
  const instances = new Map<string, ManagedInstance>();
  const failures = createFailureLog(now);
  const stopping = new Set<Promise<void>>();
  let desired: ReadonlyMap<string, Workload> = new Map();
  let isSaved = true;
  let frozen = false;
  let impaired = false;
  let retryTimer: NodeJS.Timeout | undefined;

  const logOf = ({ instanceId, workload, traceparent }: ManagedInstance): Logger =>
    log.child({ ...traceFields(traceparent), assignment: workload.assignment, instance: instanceId });
  const save = (): void => {
    const remembered = [...instances.values()].map((one) => [one.instanceId, rememberedWorkload(one)] as const);
    isSaved = false;
    state.save({ desired: [...desired.values()], instances: Object.fromEntries(remembered) });
    isSaved = true;
  };
  /** What runs goes on when it cannot be recorded, as on a full disk; it is tried again with every look at the instances. */
  const remember = (): void => {
    const wasSaved = isSaved;
    try {
      save();
    } catch (error) {
      if (wasSaved) log.error({ chain: causeChain(error) }, "the state cannot be recorded; what runs goes on");
    }
  };
  const fail = (instance: ManagedInstance, message: string, permanent: boolean): void => {
    const { assignment, application, generation } = instance.workload;
    instance.lastError = message;
    failureCount.add(1, application, driver.kind);
    const { attempts, notBeforeMs } = failures.note({
      assignment,
      application,
      generation,
      instanceId: instance.instanceId,
      permanent,
      message,
    });
    const retryInMs = permanent ? undefined : notBeforeMs - now();
    logOf(instance).warn({ attempts, retryInMs }, `instance failed: ${message}`);
  };

  /** An instance that stands proves nothing of another generation, which may be failing beside it. */
  const recovered = ({ assignment, generation }: Workload): void => {
    if (failures.all().get(assignment)?.generation === generation) failures.clear(assignment);
  };

  /** Functions follow what is wanted of their workers while they run, whatever their generation: a successor takes over what they serve. */
  const keepWarm = (): void => {
    if (!isFunctionSource(driver)) return;
    for (const { instanceId, workload } of instances.values()) {
      const wanted = desired.get(workload.assignment);
      if (wanted !== undefined) driver.keepWarm(instanceId, wanted.warmWorkers);
    }
  };

  /** One pass. It only begins things, each of which calls for the next pass when it ends. */
  const converge = (): void => {
    if (frozen) return;
    const actions = planActions({
      nowMs: now(),
      desired,
      instances: [...instances.values()].map((one) => planned(one, now())),
      failures: failures.all(),
      maxStarts: options.maxConcurrentStarts,
      impaired,
    });
    for (const action of actions) {
      if (action.type === "start") begin(action.assignment);
      else end(action.instanceId, action.reason);
    }
    keepWarm();
    clearTimeout(retryTimer);
    const waitMs = failures.nextTryInMs();
    if (waitMs !== undefined) retryTimer = setTimeout(converge, waitMs + 1);
  };
  const begin = (assignment: string): void => {
    const workload = desired.get(assignment);
    if (workload === undefined) return;
    // Known from the first start on, so that the first failure is seen as an increase.
    failureCount.add(0, workload.application, driver.kind);
    const failure = failures.all().get(assignment);
    const last = failures.last(assignment, workload.generation);
    const instance = newInstance(workload, now(), last && { count: last.total, message: last.message });
    instances.set(instance.instanceId, instance);
    // Only the first start belongs to the deploy; later ones are new stories.
    const parent = failure?.generation === workload.generation ? "" : workload.traceparent;
    instance.started = run(instance, parent);
    options.onChange();
  };
  const run = async (instance: ManagedInstance, parent: string): Promise<void> => {
    let traceparent: string | undefined;
    try {
      traceparent = await startInstance({ ...options, onDeploy: save }, instance, parent);
      if (instance.phase !== "starting") return;
      Object.assign(instance, { phase: "ready", readyAtMs: now(), readySinceMs: now() });
      const startMs = now() - (instance.deployedAtMs ?? instance.startedAtMs);
      startDuration.record(startMs / 1000, instance.workload.application, driver.kind);
      options.onReady(instance.workload.assignment, startMs);
      logOf(instance).info({ startMs }, "instance ready");
    } catch (error) {
      await noteFailedStart(instance, error);
    } finally {
      converge();
      options.onChange(traceparent);
    }
  };
  const noteFailedStart = async (instance: ManagedInstance, error: unknown): Promise<void> => {
    if (frozen) return;
    const { code, message } = StraightLineError.from(error);
    // What the node is at fault for does not count against what is to be started.
    const isNodesFault = code === "ENGINE_UNAVAILABLE" && (await driver.impairment()) !== undefined;
    if (instance.phase !== "starting" || frozen) return;
    instance.phase = "exited";
    impaired ||= isNodesFault;
    if (isNodesFault) return logOf(instance).warn(`instance not started: ${message}`);
    logOf(instance).debug({ chain: causeChain(error) }, "start failed");
    fail(instance, message, code === "UNSUPPORTED");
  };
  const end = (instanceId: string, reason: string): void => {
    const instance = instances.get(instanceId);
    if (instance === undefined || instance.phase === "stopping") return;
    const served = instance.phase === "ready";
    logOf(instance).info(`instance is stopped: ${reason}`);
    instance.phase = "stopping";
    instance.cancel.abort();
    options.onChange();
    const done = stop(instance, served).finally(() => stopping.delete(done));
    stopping.add(done);
  };
  /** An engine that does not answer for a moment must not leave an instance running that nobody knows any more. */
  const stopStubbornly = async (instance: ManagedInstance): Promise<void> => {
    for (let attempt = 1; attempt <= MAX_STOP_ATTEMPTS; attempt++) {
      try {
        return await driver.stop(instance.instanceId, options.stopGraceMs);
      } catch (error) {
        logOf(instance).error({ attempt, chain: causeChain(error) }, "instance could not be stopped");
        if (attempt < MAX_STOP_ATTEMPTS) await new Promise((resolve) => setTimeout(resolve, STOP_RETRY_MS * attempt));
      }
    }
  };
  const stop = async (instance: ManagedInstance, served: boolean): Promise<void> => {
    await instance.started;
    // Clients learn first that it stops, so that none is sent to it any more.
    if (served) await new Promise((resolve) => setTimeout(resolve, options.settleMs));
    await stopStubbornly(instance);
    instances.delete(instance.instanceId);
    remember();
    converge();
    options.onChange();
  };

  return {
    async recover() {
      const before = state.load();
      desired = new Map(before.desired.map((workload) => [workload.assignment, workload]));
      for (const running of await driver.recover()) {
        const workload = before.instances[running.instanceId] ?? desired.get(running.assignment);
        if (workload === undefined || workload.generation !== running.generation) {
          log.warn({ instance: running.instanceId }, "instance of an unknown assignment is stopped");
          await driver.stop(running.instanceId, options.stopGraceMs);
          continue;
        }
        const instance = recoveredInstance(workload, running);
        instances.set(running.instanceId, instance);
        logOf(instance).info("instance recovered");
      }
      remember();
    },
    setDesired(next, refused) {
      for (const [assignment, { generation }] of failures.all()) {
        // What failed of another generation, or of what is not assigned any more, is nobody's concern.
        if (next.get(assignment)?.generation !== generation && !refused.has(assignment)) failures.clear(assignment);
      }
      for (const [assignment, message] of refused) {
        const application = assignment.split(".")[0] as string;
        failures.note({ assignment, application, generation: NO_GENERATION, instanceId: assignment, permanent: true, message });
      }
      desired = next;
      failures.retain(new Map([...next].map(([assignment, { generation }]) => [assignment, generation])));
      remember();
      converge();
      options.onChange();
    },
    async observe(isImpaired) {
      impaired = isImpaired;
      if (!isSaved) remember();
      const all = [...instances.values()];
      await options.bundles.keep(bundlesOf([...desired.values(), ...all.map(({ workload }) => workload)]));
      await Promise.all(all.map((instance) => observeInstance({ ...options, isImpaired }, instance)));
      for (const instance of all) {
        const { phase, readyAtMs, workload } = instance;
        // A start that failed has been noted where it failed.
        if (phase === "exited" && readyAtMs !== undefined) fail(instance, instance.lastError, false);
        if (phase === "ready" && readyAtMs !== undefined && now() - readyAtMs > Math.max(STABLE_MS, workload.minReadyMs))
          recovered(workload);
      }
      converge();
    },
    instances: () => [...instances.values()],
    failures: () => [...failures.all().values()],
    async freeze() {
      frozen = true;
      clearTimeout(retryTimer);
      for (const instance of instances.values()) instance.cancel.abort();
      await Promise.all([...instances.values()].map(({ started }) => started));
      await Promise.all(stopping);
      remember();
    },
    async stopAll() {
      for (const instance of instances.values()) end(instance.instanceId, "the agent ends");
      await Promise.all(stopping);
    },
  };
}

function planned(instance: ManagedInstance, nowMs: number) {
  const { instanceId, workload, phase, startedAtMs } = instance;
  const { assignment, generation } = workload;
  return { instanceId, assignment, generation, phase, startedAtMs, available: isAvailable(instance, nowMs) };
}

function bundlesOf(workloads: readonly Workload[]): ReadonlySet<string> {
  return new Set(workloads.flatMap(({ artifact }) => (artifact.type === "bundle" ? [artifact.digest] : [])));
}
