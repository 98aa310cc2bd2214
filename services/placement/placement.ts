import { readFileSync } from "node:fs";
import { type KeyPair, keyPairOf } from "../common/bus/index.js";
import { StraightLineError, systemCode } from "../common/errors/index.js";
import { createLeaseSigner } from "../common/lease/index.js";
import type { StopStep } from "../common/lifecycle/index.js";
import { createHandlers, listenerTls, observeCertificates, type ServiceBinding, startRpcServer } from "../common/rpc/index.js";
import {
  createPlacer,
  deploymentService,
  fleetService,
  jobService,
  type Placer,
  placementService,
  type SignLease,
} from "./api/index.js";
import type { DecisionListener } from "./beside/index.js";
import { openPlacementBus } from "./bus.js";
import type { PlacementConfig } from "./config.js";
import { openJoinDesk } from "./join/index.js";
import { type LiveState, type LiveStateOptions, openLiveState } from "./live-state.js";
import { POLICIES } from "./policies/index.js";
import { startRecorder } from "./record/index.js";
import { observeShadow, type Shadow, startShadow } from "./shadow/index.js";

/** What a placement service is made of. */
export type PlacementOptions = LiveStateOptions;

/** A placement service that listens. */
export interface PlacementProcess {
  readonly port: number;
  /** In order: refuse, finish what is held, leave the bus. */
  readonly stopSteps: readonly StopStep[];
}

/** Left of the stop time for what comes after the calls. */
const STOP_RESERVE_MS = 2000;
/** A message carries at most 256 placements with their traces. */
const MAX_MESSAGE_BYTES = 4 * 1024 * 1024;

/** Starts placement. Rejects with BUS_UNAVAILABLE, PORT_IN_USE, INSECURE_LISTENER or UNKNOWN_POLICY. */
export async function startPlacement(options: PlacementOptions): Promise<PlacementProcess> {
  const { config, log, now } = options;
  const { placement: settings } = config;
  POLICIES.get(settings.policy);
  assertTicks(settings);
  assertPrices(settings);
  // Before anybody is asked: what must not start need not wait for NATS.
  listenerTls(settings.host, config.tls);
  const shadow = startShadowOf(options);
  const listeners = [...(shadow === undefined ? [] : [shadow]), ...startListeners(options)];
  const account = settings.joinKeyFile === "" ? undefined : readKey(settings.joinKeyFile);
  const bus = await openPlacementBus(config.nats, settings.startTimeoutMs, log);
  const state = await openLiveState(options, bus);
  const signLease = account && createLeaseSigner(account.seed);
  const desk = account && (await openJoinDesk({ bus: bus.connection, account, log, now }));
  const placer = createPlacer({
    ...{ ...state, listeners },
    config: placerConfig(config),
    policies: POLICIES,
    now,
    findApplication: (name) => state.applications.entries.get(name)?.value,
  });
  const stopping = new AbortController();
  const server = await startRpcServer({
    host: settings.host,
    port: settings.port,
    tls: config.tls,
    reflection: "straightline",
    maxMessageBytes: MAX_MESSAGE_BYTES,
    services: servicesOf(options, { ...state, listeners, shadow, signLease }, placer, stopping.signal),
  }).catch(async (error: unknown) => {
    await state.leave();
    throw error;
  });
  observeCertificates(options.metrics, { listener: config.tls.certFile });
  const refuse = (): void => {
    server.refuse();
    desk?.close();
    placer.close();
    stopping.abort();
    for (const hub of [state.decisions, state.nodeChanges, state.liveJobs.jobChanges]) hub.close();
  };
  return {
    port: server.port,
    stopSteps: [
      { name: "refuse new calls", run: refuse },
      { name: "finish calls", run: () => server.drain(Math.max(0, settings.stopTimeoutMs - STOP_RESERVE_MS)) },
      { name: "finish shadow and recording", run: () => stopAll(listeners) },
      { name: "leave the bus", run: state.leave },
    ],
  };
}

function startListeners({ config: { placement: settings }, log, now }: PlacementOptions): DecisionListener[] {
  const { recordFile: path, recordMaxBytes: maxBytes, recordFiles: files } = settings;
  return path === "" ? [] : [startRecorder({ path, maxBytes, files, log, now })];
}

function startShadowOf({ config: { placement: settings }, log, metrics }: PlacementOptions): Shadow | undefined {
  if (settings.shadow === "") return undefined;
  const shadow = startShadow({ policy: POLICIES.get(settings.shadow), periodMs: settings.shadowPeriodMs, log });
  observeShadow(metrics, shadow);
  return shadow;
}

async function stopAll(listeners: readonly DecisionListener[]): Promise<void> {
  for (const listener of listeners) await listener.stop();
}

function servicesOf(
  { log, tracing, metrics, now }: PlacementOptions,
  state: LiveState & {
    readonly listeners: readonly DecisionListener[];
    readonly shadow: Shadow | undefined;
    readonly signLease: SignLease;
  },
  placer: Placer,
  stopping: AbortSignal,
): ServiceBinding[] {
  const handlers = createHandlers(log, metrics);
  return [
    placementService({ ...state, placer, handlers, tracing, now, stopping }),
    fleetService({ ...state, jobs: state.liveJobs.jobs, handlers }),
    deploymentService({ ...state, jobs: state.liveJobs.jobs, handlers, tracing, now, stopping }),
    jobService({ ...state.liveJobs, handlers, tracing, now, stopping }),
  ];
}

function readKey(file: string): KeyPair {
  try {
    return keyPairOf(readFileSync(file, "utf8"));
  } catch (error) {
    if (error instanceof StraightLineError) throw error;
    throw new StraightLineError(
      "CONFIG_INVALID",
      `placement.joinKeyFile ${file}: cannot be read (${systemCode(error) ?? "unknown fault"})`,
    );
  }
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
