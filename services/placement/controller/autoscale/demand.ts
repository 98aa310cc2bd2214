import type { InstanceTelemetry__Output } from "../../../../proto/gen/straightline/v1/InstanceTelemetry.js";
import { type NodeKind, UNKNOWN_INSTANCE } from "../../scheduler/index.js";
import type { NodeState } from "../../state/index.js";
import { MAX_UTILISATION, slotsFor } from "./size.js";

/** How often an application is asked for. */
export interface Load {
  /** Per second, now. */
  readonly measured: number;
  /** Per second, in so many milliseconds; not asked where nothing has been measured. */
  readonly expected: (aheadMs: number) => number;
  /** Requests that wait for capacity. */
  readonly waiting: number;
  /** Response time not to be exceeded on average; 0: none. */
  readonly objectiveMs: number;
}

/** An application's instances on one node, and the slots that placement holds there. */
export interface Seen {
  readonly kind: NodeKind;
  readonly instances: readonly InstanceTelemetry__Output[];
  readonly heldSlots: number;
}

/** Warm capacity that the load needs, and why, in one sentence. */
export interface Need {
  readonly slots: number;
  readonly reason: string;
}

/** Time of a start of a process or container, where none has been measured. */
const UNKNOWN_START_MS = 5000;
/** On top of a start: until the next look, the assignment and the news that it is ready. */
const REACTION_MS = 2000;

/** What one node runs of an application. */
export function seenOn({ kind, telemetry, reservedSlots }: NodeState, application: string): Seen {
  const instances = (telemetry?.instances ?? []).filter((instance) => instance.application === application);
  return { kind, instances, heldSlots: instances.reduce((sum, { instanceId }) => sum + (reservedSlots[instanceId] ?? 0), 0) };
}

/** Slots of processes and containers for the whole load, as it is expected by the time that a new instance could be ready. */
export function instanceNeed(seen: readonly Seen[], load: Load): Need {
  const { measured, waiting, objectiveMs } = load;
  const own = instancesOf(seen.filter(isInstances));
  const expected = expectedIn((startMs(own) ?? UNKNOWN_START_MS) + REACTION_MS, load);
  const serviceMs = serviceMsOf(own, seen, load);
  const slots = Math.max(slotsAt(Math.max(measured, expected), serviceMs, objectiveMs), waiting > 0 ? 1 : 0);
  const queue = waiting > 0 ? `, ${waiting} wait` : "";
  return { slots, reason: `${rates(measured, expected)}, ${serviceMs.toFixed(0)} ms each${queue}: ${slots} slots` };
}

/**
 * Workers of functions for what processes and containers that are ready do not serve: all of it until these have come, and what goes beyond
 * their bounds afterwards.
 */
export function workerNeed(seen: readonly Seen[], load: Load): Need {
  const { measured, objectiveMs } = load;
  const others = instancesOf(seen.filter(isInstances));
  const own = instancesOf(seen.filter((node) => !isInstances(node)));
  const expected = expectedIn((startMs(own) ?? UNKNOWN_INSTANCE.coldStartMs) + REACTION_MS, load);
  const readySlots = others.reduce((sum, one) => sum + (one.state === "INSTANCE_STATE_READY" ? one.concurrency : 0), 0);
  const served = (MAX_UTILISATION * readySlots * 1000) / serviceMsOf(others, seen, load);
  const serviceMs = serviceMsOf(own, seen, load);
  const slots = slotsAt(Math.max(measured, expected) - served, serviceMs, objectiveMs);
  const elsewhere = readySlots > 0 ? `, ${served.toFixed(1)}/s served elsewhere` : "";
  return {
    slots,
    reason: `${rates(measured, expected)}${elsewhere}, ${serviceMs.toFixed(0)} ms each: ${slots} workers kept warm`,
  };
}

/** When nobody asks any more, what is expected is the tail of the smoothing, which falls by half a second and never to nothing. */
function expectedIn(aheadMs: number, { measured, expected }: Load): number {
  return measured === 0 ? 0 : expected(aheadMs);
}

function isInstances({ kind }: Seen): boolean {
  return kind !== "serverless";
}

function instancesOf(seen: readonly Seen[]): InstanceTelemetry__Output[] {
  return seen.flatMap(({ instances }) => instances);
}

function slotsAt(perSecond: number, serviceMs: number, objectiveMs: number): number {
  return perSecond <= 0 ? 0 : slotsFor({ perSecond, serviceMs, objectiveMs });
}

function rates(measured: number, expected: number): string {
  return `${measured.toFixed(1)}/s now, ${expected.toFixed(1)}/s expected`;
}

function startMs(instances: readonly InstanceTelemetry__Output[]): number | undefined {
  return meanOf(instances.map(({ coldStart }) => coldStart));
}

/** As these instances tell, else those of any form, else by what is held, else that of something unknown. */
function serviceMsOf(own: readonly InstanceTelemetry__Output[], seen: readonly Seen[], { measured }: Load): number {
  const told = (instances: readonly InstanceTelemetry__Output[]) => meanOf(instances.map(({ serviceTime }) => serviceTime));
  return told(own) ?? told(instancesOf(seen)) ?? heldMs(seen, measured) ?? UNKNOWN_INSTANCE.serviceMs;
}

/** How long a request holds its slot, of what is held now, by Little's law: for a workload that tells no service times. */
function heldMs(seen: readonly Seen[], perSecond: number): number | undefined {
  const held = seen.reduce((sum, { heldSlots }) => sum + heldSlots, 0);
  return held === 0 || perSecond === 0 ? undefined : (held * 1000) / perSecond;
}

/** Mean of all that the sketches hold; undefined when they hold nothing. */
function meanOf(sketches: readonly (InstanceTelemetry__Output["serviceTime"] | undefined)[]): number | undefined {
  let [count, sumMs] = [0, 0];
  for (const sketch of sketches) {
    count += sketch?.count ?? 0;
    sumMs += sketch?.sumMs ?? 0;
  }
  return count === 0 ? undefined : sumMs / count;
}
