/** A request that is held on an instance. */
export interface HeldRequest {
  /** When its lease ends. */
  readonly endMs: number;
  /** Undefined: nothing is known of what it will do. */
  readonly serviceMs: number | undefined;
  /** When a slot began, or should begin, to serve it; undefined: it waits for one. */
  startMs: number | undefined;
}

/** What the requests of ours on an instance are expected to do, by the clock that placed them. */
export interface QueueOutlook {
  /** When a request placed now should get a slot; 0: at once. */
  readonly slotFreeAtMs: number;
  /** For each that is served: since when its end has been awaited in vain, or when that will begin; see `lastEndMs`. */
  readonly dueAtMs: readonly number[];
  /** Workers that start for them, and when the last of these should be ready. */
  readonly startingWorkers: number;
  readonly workersReadyAtMs: number;
}

/** What is held on one instance. */
export interface HeldRequests {
  readonly leases: ReadonlyMap<string, HeldRequest>;
  /** When the workers that start for them should be ready. */
  readonly starts: readonly number[];
  /** When a request there was answered last: until then at least the instance was alive. */
  readonly lastEndMs: number;
}

interface Arrival {
  readonly endMs: number;
  readonly expected:
    | {
        readonly delayMs: number;
        readonly serviceMs: number;
      }
    | undefined;
  readonly nowMs: number;
  readonly slots: number;
}

/** Adds a request behind those that are there; it is served at once while a slot is free. */
export function addRequest(requests: Map<string, HeldRequest>, id: string, { endMs, expected, nowMs, slots }: Arrival): void {
  requests.set(id, {
    endMs,
    serviceMs: expected?.serviceMs,
    startMs: requests.size < slots ? nowMs + (expected?.delayMs ?? 0) : undefined,
  });
}

/** Removes a request; the first that waits takes its slot. False when it was not there. */
export function removeRequest(requests: Map<string, HeldRequest>, id: string, nowMs: number): boolean {
  const request = requests.get(id);
  if (request === undefined) return false;
  requests.delete(id);
  if (request.startMs === undefined) return true;
  for (const next of requests.values()) {
    if (next.startMs !== undefined) continue;
    next.startMs = nowMs;
    break;
  }
  return true;
}

/**
 * Plays the queue forward: each request that waits takes the slot that should be free first. Undefined as soon as one of them is not
 * known, since all that follow depend on it.
 */
export function outlookOf({ leases, starts, lastEndMs }: HeldRequests, slots: number, nowMs: number): QueueOutlook | undefined {
  const ends: number[] = [];
  const dueAtMs: number[] = [];
  for (const { serviceMs, startMs } of leases.values()) {
    if (serviceMs === undefined) return undefined;
    const dueMs = (startMs ?? takeFirst(ends)) + serviceMs;
    ends.push(dueMs);
    if (startMs !== undefined) dueAtMs.push(Math.max(dueMs, lastEndMs));
  }
  return {
    slotFreeAtMs: slotFreeAt(ends, slots),
    dueAtMs,
    startingWorkers: starts.filter((atMs) => atMs > nowMs).length,
    workersReadyAtMs: Math.max(0, ...starts),
  };
}

/** With as many busy as there are slots the first to end; with more, which others took slots from us, a later one. */
function slotFreeAt(ends: readonly number[], slots: number): number {
  if (ends.length < slots) return 0;
  const ordered = [...ends].sort((a, b) => a - b);
  return ordered[ends.length - slots] ?? 0;
}

/** Removes the lowest. Never called without a request being served: one waits only while every slot is taken. */
function takeFirst(ends: number[]): number {
  let first = 0;
  for (let at = 1; at < ends.length; at++) if ((ends[at] ?? 0) < (ends[first] ?? 0)) first = at;
  const [taken] = ends.splice(first, 1);
  return taken ?? 0;
}
