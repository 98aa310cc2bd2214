import type { Candidate, PredictedTime } from "../scheduler/index.js";
import { addRequest, type HeldRequest, outlookOf, type QueueOutlook, removeRequest } from "./expected-queue.js";

/** What a placed request is expected to do at its instance; it lets later decisions tell how long a queue takes. */
export interface ExpectedWork {
  /** From the decision until the instance has it: the way, and a cold start. */
  readonly delayMs: number;
  /** Of the delay, the cold start that the request is expected to pay; 0: no worker starts for it. */
  readonly coldStartMs: number;
  /** What the worker that is started for it takes, which another request may pay; 0: it waits for one of another's. Absent: as long as it. */
  readonly workerStartMs?: number;
  readonly serviceMs: number;
  /** Requests that the instance serves at a time. */
  readonly slots: number;
}

/** What a placed request is expected to do, by the prediction that it was placed on. */
export function expectedWork({ instance }: Candidate, { transferMs, coldStartMs, serviceMs }: PredictedTime): ExpectedWork {
  const isStart = coldStartMs > 0 && (instance.liveWorkers ?? 0) <= instance.inFlight;
  const workerStartMs = isStart ? Math.max(coldStartMs, instance.model?.coldStartMs ?? 0) : 0;
  return { delayMs: transferMs + coldStartMs, coldStartMs, workerStartMs, serviceMs, slots: instance.concurrency };
}

/** Slots held for placed requests, each with a lease. Counts are exact and never negative. */
export interface Reservations {
  /** Holds a slot until it is released or its lease ends. */
  reserve(placementId: string, instanceKey: string, leaseMs: number, expected?: ExpectedWork): void;
  /** Frees a slot; false when it is not held (any more): releasing twice is harmless. `isAnswered`: its end shows that the instance is alive. */
  release(placementId: string, isAnswered?: boolean): boolean;
  /** Slots held on an instance now. */
  count(instanceKey: string): number;
  /** Most slots held on an instance at once since this was last called for it. */
  takePeak(instanceKey: string): number;
  /**
   * What the requests held on an instance are expected to do, where `foreign` others take slots; undefined: there are none, and no worker starts
   * for one that was, or nothing is known of them.
   */
  outlook(instanceKey: string, foreign: number): QueueOutlook | undefined;
  /** When each slot beyond those held now was last held, the next one first: how long as many have not been held at once. */
  idleSinceMs(instanceKey: string): readonly number[];
  /** Ends every lease that has run out, also on instances that nobody asks about. */
  sweep(): void;
  /** Slots held in all. */
  total(): number;
  /** Slots that should have been given back: held longer than `graceMs` beyond their lease, or held by nobody. Always 0. */
  leaks(graceMs: number): number;
  /** Calls the listener with the key of each instance whose count has changed. */
  onChange(listener: (instanceKey: string) => void): void;
}

interface Holder {
  /** Placement to what it holds, in order of placing. */
  readonly leases: Map<string, HeldRequest>;
  /** When the workers that start for them should be ready: a start goes on when its request is served by another worker, or gives up. */
  starts: readonly number[];
  lastEndMs: number;
  /** When the first, second, third ... slot was last taken or given back. */
  readonly usedAtMs: number[];
  /** No lease ends before this. */
  earliestMs: number;
  peak: number;
  slots: number;
}

/** No timers: a lease ends when its instance is next looked at, or in a sweep. `onExpired` is told of each lease that ran out. */
export function createReservations(now: () => number, onExpired: (placementId: string) => void): Reservations {
  const holders = new Map<string, Holder>();
  const instanceOf = new Map<string, string>();
  const listeners: ((instanceKey: string) => void)[] = [];
  const tell = (instanceKey: string): void => {
    for (const listener of listeners) listener(instanceKey);
  };
  const expire = (instanceKey: string, holder: Holder): void => {
    if (now() < holder.earliestMs) return;
    holder.earliestMs = Number.POSITIVE_INFINITY;
    for (const [placementId, { endMs }] of holder.leases) {
      if (endMs > now()) {
        holder.earliestMs = Math.min(holder.earliestMs, endMs);
        continue;
      }
      holder.usedAtMs[holder.leases.size - 1] = now();
      removeRequest(holder.leases, placementId, now());
      instanceOf.delete(placementId);
      tell(instanceKey);
      onExpired(placementId);
    }
  };
  return {
    reserve(placementId, instanceKey, leaseMs, expected) {
      const endMs = now() + leaseMs;
      const holder = holders.get(instanceKey) ?? createHolder();
      holders.set(instanceKey, holder);
      if (expected !== undefined) holder.slots = expected.slots;
      addRequest(holder.leases, placementId, { endMs, expected, nowMs: now(), slots: holder.slots });
      const readyAtMs = workerReadyAt(expected, now());
      if (readyAtMs > now()) holder.starts = [...holder.starts.filter((atMs) => atMs > now()), readyAtMs];
      instanceOf.set(placementId, instanceKey);
      holder.earliestMs = Math.min(holder.earliestMs, endMs);
      holder.peak = Math.max(holder.peak, holder.leases.size);
      holder.usedAtMs[holder.leases.size - 1] = now();
      tell(instanceKey);
    },
    release(placementId, isAnswered = true) {
      const instanceKey = instanceOf.get(placementId) ?? "";
      const holder = holders.get(instanceKey);
      if (holder === undefined) return false;
      expire(instanceKey, holder);
      instanceOf.delete(placementId);
      const held = holder.leases.size;
      if (!removeRequest(holder.leases, placementId, now())) return false;
      holder.usedAtMs[held - 1] = now();
      if (isAnswered) holder.lastEndMs = now();
      tell(instanceKey);
      return true;
    },
    count(instanceKey) {
      const holder = holders.get(instanceKey);
      if (holder === undefined) return 0;
      expire(instanceKey, holder);
      return holder.leases.size;
    },
    takePeak(instanceKey) {
      const holder = holders.get(instanceKey);
      if (holder === undefined) return 0;
      const { peak } = holder;
      holder.peak = holder.leases.size;
      return peak;
    },
    outlook(instanceKey, foreign) {
      const holder = holders.get(instanceKey);
      if (holder === undefined || (holder.leases.size === 0 && !holder.starts.some((atMs) => atMs > now()))) return undefined;
      return outlookOf(holder, Math.max(1, holder.slots - foreign), now());
    },
    idleSinceMs(instanceKey) {
      const holder = holders.get(instanceKey);
      return holder === undefined ? [] : holder.usedAtMs.slice(holder.leases.size);
    },
    sweep() {
      for (const [instanceKey, holder] of holders) {
        expire(instanceKey, holder);
        if (holder.leases.size === 0 && isForgotten(holder, now())) holders.delete(instanceKey);
      }
    },
    total: () => instanceOf.size,
    leaks(graceMs) {
      let held = 0;
      let overdue = 0;
      for (const { leases } of holders.values()) {
        held += leases.size;
        for (const { endMs } of leases.values()) if (endMs + graceMs < now()) overdue += 1;
      }
      return overdue + Math.abs(held - instanceOf.size);
    },
    onChange: (listener) => listeners.push(listener),
  };
}

/** Longer than platforms keep idle workers. */
const USED_KEPT_MS = 3_600_000;

/** The first slot is the last to be given back. */
function isForgotten({ usedAtMs: [lastMs = 0] }: Holder, nowMs: number): boolean {
  return lastMs + USED_KEPT_MS < nowMs;
}

function createHolder(): Holder {
  return { leases: new Map(), starts: [], usedAtMs: [], lastEndMs: 0, earliestMs: Number.POSITIVE_INFINITY, peak: 0, slots: 1 };
}

/** 0: none starts. */
function workerReadyAt(expected: ExpectedWork | undefined, nowMs: number): number {
  if (expected === undefined || expected.coldStartMs <= 0) return 0;
  const { delayMs, coldStartMs, workerStartMs = coldStartMs } = expected;
  return workerStartMs > 0 ? nowMs + delayMs - coldStartMs + workerStartMs : 0;
}
