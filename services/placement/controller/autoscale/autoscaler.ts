import type { ApplicationRecord__Output } from "../../../../proto/gen/straightline/v1/ApplicationRecord.js";
import type { Implementation__Output } from "../../../../proto/gen/straightline/v1/Implementation.js";
import type { ScaledForm__Output } from "../../../../proto/gen/straightline/v1/ScaledForm.js";
import { kindFromWire, kindToWire } from "../../../common/bus/index.js";
import { desiredReplicas, followsLoad } from "../../desired/index.js";
import type { NodeKind } from "../../scheduler/index.js";
import type { Arrivals, NodeState } from "../../state/index.js";
import { instanceNeed, type Load, type Need, seenOn, workerNeed } from "./demand.js";
import { createForecast, type Forecast } from "./forecast.js";
import { createRecentPeak, type RecentPeak } from "./recent-peak.js";
import { spreadSlots, type WarmForm } from "./spread.js";

/**
 * Chooses how many instances the forms that follow the load have, and how many workers functions keep warm. It remembers recent loads: one
 * for each process.
 */
export interface Autoscaler {
  /** Forgets all applications but these. */
  retain(names: ReadonlySet<string>): void;
  /** What the forms of the record should have now; undefined: what they have. */
  scale(record: ApplicationRecord__Output, nodes: readonly NodeState[]): ScaledForm__Output[] | undefined;
}

interface Memory {
  readonly forecast: Forecast;
  readonly peaks: Map<NodeKind, RecentPeak>;
  workersChangedAtMs: number;
}

/** The order in which the paper's algorithm tries warm capacity. */
const WARM: readonly NodeKind[] = ["vm", "container"];
/** There may be a thousand workers, and each number is a write: between two changes of it pass so many milliseconds. */
const WORKER_PACE_MS = 2000;

/** Remembers nothing yet. */
export function createAutoscaler(arrivals: Pick<Arrivals, "perSecond" | "waiting">, now: () => number): Autoscaler {
  const memories = new Map<string, Memory>();
  return {
    retain(names) {
      for (const name of memories.keys()) if (!names.has(name)) memories.delete(name);
    },
    scale(record, nodes) {
      const { spec } = record;
      if (spec === null || !spec.implementations.some(followsLoad)) return undefined;
      const memory = memories.get(spec.name) ?? newMemory();
      memories.set(spec.name, memory);
      const measured = arrivals.perSecond(spec.name);
      memory.forecast.observe(measured, now());
      const load: Load = {
        measured,
        expected: memory.forecast.expected,
        waiting: arrivals.waiting(spec.name),
        objectiveMs: spec.objectiveMs,
      };
      const seen = nodes.filter(({ health }) => health !== "lost").map((node) => seenOn(node, spec.name));
      const wishes = [...instanceWishes(record, instanceNeed(seen, load)), ...workerWishes(record, workerNeed(seen, load))];
      return chosen(record, wishes, memory, now());
    },
  };
}

function newMemory(): Memory {
  return { forecast: createForecast(), peaks: new Map(), workersChangedAtMs: Number.NEGATIVE_INFINITY };
}

/** What a form should have for the present load, and its bounds. */
interface Wish {
  readonly kind: NodeKind;
  readonly form: Implementation__Output;
  readonly count: number;
  readonly standing: number;
  readonly min: number;
  readonly max: number;
  /** It falls only when less has been needed for so long. */
  readonly idleMs: number;
  readonly reason: string;
}

function instanceWishes(record: ApplicationRecord__Output, { slots, reason }: Need): Wish[] {
  const counts = spreadSlots(slots, warmForms(record));
  return formsOf(record).flatMap(({ kind, form }) => {
    if (form.autoscale === null) return [];
    const { min, max, idleMs } = form.autoscale;
    const standing = desiredReplicas(record, form);
    return [{ kind, form, count: counts.get(kind) ?? min, standing, min, max, idleMs, reason }];
  });
}

/** Workers are kept for as long as functions keep idle ones anyway. */
function workerWishes(record: ApplicationRecord__Output, { slots, reason }: Need): Wish[] {
  return formsOf(record).flatMap(({ kind, form }) => {
    if (kind !== "serverless") return [];
    const standing = scaledOf(record, form)?.warmWorkers ?? 0;
    const max = form.replicas * form.concurrency;
    return [{ kind, form, count: slots, standing, min: 0, max, idleMs: form.keepAliveMs, reason }];
  });
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

function formsOf({ spec }: ApplicationRecord__Output) {
  return (spec?.implementations ?? []).flatMap((form) => {
    const kind = kindFromWire(form.kind);
    return kind === undefined ? [] : [{ kind, form }];
  });
}

function scaledOf({ scaled }: ApplicationRecord__Output, { kind }: Pick<Implementation__Output, "kind">) {
  return scaled.find((one) => one.kind === kind);
}

function chosen(
  record: ApplicationRecord__Output,
  wishes: readonly Wish[],
  memory: Memory,
  nowMs: number,
): ScaledForm__Output[] | undefined {
  let changed = false;
  const forms = wishes.flatMap(({ kind, form, count, standing, min, max, idleMs, reason }) => {
    const peak = memory.peaks.get(kind) ?? createRecentPeak(standing, nowMs);
    memory.peaks.set(kind, peak);
    const wanted = Math.min(max, Math.max(min, peak.take(count, nowMs, idleMs)));
    const isWorkers = kind === "serverless";
    const isTooSoon = isWorkers && nowMs - memory.workersChangedAtMs < WORKER_PACE_MS;
    if (wanted === standing || isTooSoon) return scaledOf(record, form) ?? [];
    changed = true;
    if (isWorkers) memory.workersChangedAtMs = nowMs;
    return [{ kind: form.kind, replicas: isWorkers ? 0 : wanted, warmWorkers: isWorkers ? wanted : 0, reason }];
  });
  return changed ? forms : undefined;
}
