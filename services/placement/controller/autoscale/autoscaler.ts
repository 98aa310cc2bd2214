import type { ApplicationRecord__Output } from "../../../../proto/gen/straightline/v1/ApplicationRecord.js";
import type { InstanceTelemetry__Output } from "../../../../proto/gen/straightline/v1/InstanceTelemetry.js";
import type { ScaledForm__Output } from "../../../../proto/gen/straightline/v1/ScaledForm.js";
import { kindFromWire, kindToWire } from "../../../common/bus/index.js";
import { desiredReplicas } from "../../desired/index.js";
import { type NodeKind, UNKNOWN_INSTANCE } from "../../scheduler/index.js";
import type { Arrivals, NodeState } from "../../state/index.js";
import { createForecast, type Forecast } from "./forecast.js";
import { createRecentPeak, type RecentPeak } from "./recent-peak.js";
import { slotsFor } from "./size.js";
import { spreadSlots, type WarmForm } from "./spread.js";

/** Chooses how many instances the forms that follow the load have. It remembers recent loads: one for each process. */
export interface Autoscaler {
  /** Forgets all applications but these. */
  retain(names: ReadonlySet<string>): void;
  /** What the forms of the record should have now; undefined: what they have. */
  scale(record: ApplicationRecord__Output, nodes: readonly NodeState[]): ScaledForm__Output[] | undefined;
}

interface Memory {
  readonly forecast: Forecast;
  readonly peaks: Map<NodeKind, RecentPeak>;
}

/** The order in which the paper's algorithm tries warm capacity. */
const WARM: readonly NodeKind[] = ["vm", "container"];
/** Time of a start of a process or container, where none has been measured. */
const UNKNOWN_START_MS = 5000;
/** On top of a start: until the next look, the assignment and the news that it is ready. */
const REACTION_MS = 2000;

/** Remembers nothing yet. */
export function createAutoscaler(arrivals: Pick<Arrivals, "perSecond" | "waiting">, now: () => number): Autoscaler {
  const memories = new Map<string, Memory>();
  return {
    retain(names) {
      for (const name of memories.keys()) if (!names.has(name)) memories.delete(name);
    },
    scale(record, nodes) {
      const { spec } = record;
      if (spec === null || !spec.implementations.some(({ autoscale }) => autoscale !== null)) return undefined;
      const memory = memories.get(spec.name) ?? { forecast: createForecast(), peaks: new Map() };
      memories.set(spec.name, memory);
      const seen = nodes.filter(({ health }) => health !== "lost").map((node) => instancesOf(node, spec.name));
      const demand = demandOf(spec, seen, arrivals, memory.forecast, now());
      const counts = spreadSlots(demand.slots, warmForms(record));
      return chosen(record, counts, demand.reason, memory, now());
    },
  };
}

type Spec = NonNullable<ApplicationRecord__Output["spec"]>;

function demandOf(
  { name, objectiveMs }: Spec,
  seen: readonly Seen[],
  arrivals: Pick<Arrivals, "perSecond" | "waiting">,
  forecast: Forecast,
  nowMs: number,
): { readonly slots: number; readonly reason: string } {
  const instances = seen.flatMap((node) => node.instances);
  const measured = arrivals.perSecond(name);
  forecast.observe(measured, nowMs);
  const startMs = meanOf(instances.map(({ coldStart }) => coldStart)) ?? UNKNOWN_START_MS;
  const expected = forecast.expected(startMs + REACTION_MS);
  const serviceMs =
    meanOf(instances.map(({ serviceTime }) => serviceTime)) ?? heldMs(seen, measured) ?? UNKNOWN_INSTANCE.serviceMs;
  const waiting = arrivals.waiting(name);
  const perSecond = Math.max(measured, expected);
  // A rate below one in a thousand seconds is the tail of the smoothing.
  const needed = perSecond < 0.001 ? 0 : slotsFor({ perSecond, serviceMs, objectiveMs });
  const slots = Math.max(needed, waiting > 0 ? 1 : 0);
  const queue = waiting > 0 ? `, ${waiting} wait` : "";
  const reason = `${measured.toFixed(1)}/s now, ${expected.toFixed(1)}/s expected, ${serviceMs.toFixed(0)} ms each${queue}: ${slots} slots`;
  return { slots, reason };
}

/** In order: those that follow the load after those that do not, so that what is there anyway is used first. */
function warmForms({ spec }: ApplicationRecord__Output): WarmForm[] {
  return WARM.flatMap((kind) => {
    const form = spec?.implementations.find((one) => one.kind === kindToWire(kind));
    if (form === undefined) return [];
    const { min, max } = form.autoscale ?? { min: form.replicas, max: form.replicas };
    return [{ kind, concurrency: form.concurrency, min, max }];
  });
}

function chosen(
  record: ApplicationRecord__Output,
  counts: ReadonlyMap<NodeKind, number>,
  reason: string,
  memory: Memory,
  nowMs: number,
): ScaledForm__Output[] | undefined {
  let changed = false;
  const forms = (record.spec?.implementations ?? []).flatMap((form) => {
    const kind = kindFromWire(form.kind);
    if (kind === undefined || form.autoscale === null) return [];
    const standing = desiredReplicas(record, form);
    const peak = memory.peaks.get(kind) ?? createRecentPeak(standing, nowMs);
    memory.peaks.set(kind, peak);
    const { min, max, idleMs } = form.autoscale;
    const wanted = Math.min(max, Math.max(min, peak.take(counts.get(kind) ?? min, nowMs, idleMs)));
    if (wanted === standing) return record.scaled.filter((one) => one.kind === form.kind);
    changed = true;
    return [{ kind: form.kind, replicas: wanted, reason }];
  });
  return changed ? forms : undefined;
}

/** An application's instances on one node, and the slots that placement holds there. */
interface Seen {
  readonly instances: readonly InstanceTelemetry__Output[];
  readonly heldSlots: number;
}

function instancesOf({ telemetry, reservedSlots }: NodeState, application: string): Seen {
  const instances = (telemetry?.instances ?? []).filter((instance) => instance.application === application);
  return { instances, heldSlots: instances.reduce((sum, { instanceId }) => sum + (reservedSlots[instanceId] ?? 0), 0) };
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
