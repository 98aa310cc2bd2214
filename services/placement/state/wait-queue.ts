import { StraightLineError } from "../../common/errors/index.js";

/** What came of one try to place a waiting request; a throw ends its waiting with that error. */
export type Attempt<T> = { readonly type: "placed"; readonly value: T } | { readonly type: "wait"; readonly message: string };

/** A request that may wait. */
export interface Waiter<T> {
  readonly application: string;
  /** Requests of one group differ in size alone: where a smaller one finds no slot, a larger one finds none. */
  readonly group: string;
  readonly sizeBytes: number;
  readonly deadlineMs: number;
  readonly signal: AbortSignal | undefined;
  /** Tries to place it; `waitingCount` of its application wait from it on, itself included. */
  readonly attempt: (waitingCount: number) => Attempt<T>;
}

/** Requests that wait for capacity, first come first served within an application. */
export interface WaitQueue<T> {
  /**
   * Resolves once an attempt succeeds. Rejects with OVERLOADED when the queue is full, DEADLINE_EXCEEDED, CANCELLED, DRAINING, or what
   * an attempt throws.
   */
  wait(waiter: Waiter<T>): Promise<T>;
  /** Tries an application's waiters, or all of them, in order. */
  wake(application?: string): void;
  isEmpty(application: string): boolean;
  /** How many wait, by application; those for which none waits are left out. */
  sizes(): Iterable<readonly [application: string, count: number]>;
  /** Rejects all with DRAINING, and everyone who comes later. */
  close(): void;
}

/** Calls `run` after `delayMs`; gives a function that cancels it. */
export type Schedule = (delayMs: number, run: () => void) => () => void;

interface Waiting<T> {
  readonly waiter: Waiter<T>;
  readonly settle: (act: () => void) => void;
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
  message: string;
}

/** A queue of at most `limit` waiters per application. */
export function createWaitQueue<T>(limit: number, schedule: Schedule): WaitQueue<T> {
  const queues = new Map<string, Set<Waiting<T>>>();
  let closed = false;
  const wakeOne = (application: string): void => {
    /** Group to the smallest that found nothing in this round. */
    const failed = new Map<string, Waiting<T>>();
    const queue = queues.get(application) ?? new Set<Waiting<T>>();
    let passed = 0;
    for (const waiting of queue) {
      const { group, sizeBytes } = waiting.waiter;
      const smaller = failed.get(group);
      if (smaller !== undefined && sizeBytes >= smaller.waiter.sizeBytes) waiting.message = smaller.message;
      else if (tryOnce(waiting, queue.size - passed) === "waits") failed.set(group, waiting);
      else continue;
      passed += 1;
    }
  };
  return {
    wait(waiter) {
      if (closed) return Promise.reject(draining());
      const queue = queues.get(waiter.application) ?? new Set<Waiting<T>>();
      if (queue.size >= limit) return Promise.reject(full(waiter.application, limit));
      queues.set(waiter.application, queue);
      const promise = enqueue(queue, waiter, schedule, () => {
        if (queue.size === 0 && queues.get(waiter.application) === queue) queues.delete(waiter.application);
      });
      wakeOne(waiter.application);
      return promise;
    },
    wake(application) {
      if (application !== undefined) wakeOne(application);
      else for (const name of [...queues.keys()]) wakeOne(name);
    },
    isEmpty: (application) => !queues.has(application),
    sizes: () => [...queues].map(([application, { size }]) => [application, size] as const),
    close() {
      closed = true;
      for (const queue of [...queues.values()]) {
        for (const waiting of [...queue]) waiting.settle(() => waiting.reject(draining()));
      }
    },
  };
}

function enqueue<T>(queue: Set<Waiting<T>>, waiter: Waiter<T>, schedule: Schedule, onLeft: () => void): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const settle = (act: () => void): void => {
      if (!queue.delete(waiting)) return;
      cancelTimer();
      waiter.signal?.removeEventListener("abort", onAbort);
      onLeft();
      act();
    };
    const waiting: Waiting<T> = { waiter, settle, resolve, reject, message: "" };
    const onAbort = (): void => settle(() => reject(new StraightLineError("CANCELLED", "the caller went away")));
    const cancelTimer = schedule(waiter.deadlineMs, () => settle(() => reject(tooLate(waiting))));
    queue.add(waiting);
    waiter.signal?.addEventListener("abort", onAbort);
    if (waiter.signal?.aborted === true) onAbort();
  });
}

function tryOnce<T>(waiting: Waiting<T>, waitingCount: number): "left" | "waits" {
  try {
    const attempt = waiting.waiter.attempt(waitingCount);
    if (attempt.type === "wait") {
      waiting.message = attempt.message;
      return "waits";
    }
    waiting.settle(() => waiting.resolve(attempt.value));
  } catch (error) {
    waiting.settle(() => waiting.reject(error));
  }
  return "left";
}

function tooLate<T>({ waiter, message }: Waiting<T>): StraightLineError {
  return new StraightLineError("DEADLINE_EXCEEDED", `waited ${Math.round(waiter.deadlineMs)} ms in vain: ${message}`);
}

function full(application: string, limit: number): StraightLineError {
  return new StraightLineError("OVERLOADED", `${limit} requests of ${application} wait already; try again later`, {
    details: { retryAfterMs: 1000 },
  });
}

function draining(): StraightLineError {
  return new StraightLineError("DRAINING", "placement is stopping; try again");
}
