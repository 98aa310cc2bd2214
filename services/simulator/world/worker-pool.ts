import type { EventLoop, Timer } from "../clock/index.js";
import { drawUniform, quantile } from "../draws/index.js";
import type { InstanceSettings, SimNode, Task } from "./types.js";

/** A worker that waits for a request. */
interface Idle {
  readonly reaper: Timer;
}

/** A request that waits for a worker. */
interface Waiter {
  readonly task: Task;
  readonly sinceMs: number;
}

/** Workers of one function, as the local adapter keeps them: agents/serverless/function/pool.ts. */
export interface WorkerPool {
  /** False: as many requests are there as there may be workers. */
  acquire(task: Task): boolean;
  /** A worker is set free. */
  release(): void;
  forget(task: Task): void;
  clear(): void;
  /** Cold start that a request would wait for if it came now behind `ahead` others. */
  coldFor(task: Task, ahead: number): number;
  counts(): { readonly idle: number; readonly busy: number; readonly starting: number; readonly waiting: number };
}

/** What a pool tells of. */
export interface PoolEvents {
  /** The task has its worker; 0: it was warm. */
  onWorker(task: Task, coldStartMs: number): void;
  onStarted(startMs: number): void;
}

/** An empty pool: the first request starts the first worker. */
export function createWorkerPool(loop: EventLoop, node: SimNode, settings: InstanceSettings, events: PoolEvents): WorkerPool {
  const idle: Idle[] = [];
  const waiters: Waiter[] = [];
  const starting = new Set<Timer>();
  let busy = 0;
  const give = (task: Task, coldStartMs: number): void => {
    busy += 1;
    events.onWorker(task, coldStartMs);
  };
  const offer = (fresh: boolean): void => {
    const waiter = waiters.shift();
    if (waiter !== undefined) {
      give(waiter.task, fresh ? loop.now() - waiter.sinceMs : 0);
      return;
    }
    const worker = { reaper: loop.at(loop.now() + settings.keepAliveMs, () => idle.splice(idle.indexOf(worker), 1)) };
    idle.push(worker);
  };
  const begin = (task: Task): void => {
    const startMs = coldStartOf(settings, task);
    const timer = loop.at(loop.now() + startMs, () => {
      starting.delete(timer);
      events.onStarted(startMs);
      offer(true);
    });
    starting.add(timer);
  };
  return {
    acquire(task) {
      if (busy + waiters.length >= Math.min(settings.concurrency, node.workerLimit)) return false;
      // The one used last: the others grow old and end.
      const worker = idle.pop();
      if (worker !== undefined) {
        loop.cancel(worker.reaper);
        give(task, 0);
        return true;
      }
      waiters.push({ task, sinceMs: loop.now() });
      if (waiters.length > starting.size) begin(task);
      return true;
    },
    release() {
      busy -= 1;
      offer(false);
    },
    forget(task) {
      const at = waiters.findIndex((waiter) => waiter.task === task);
      if (at >= 0) waiters.splice(at, 1);
    },
    clear() {
      for (const { reaper } of idle.splice(0)) loop.cancel(reaper);
      for (const timer of starting) loop.cancel(timer);
      starting.clear();
      waiters.length = 0;
      busy = 0;
    },
    coldFor(task, ahead) {
      if (busy + waiters.length + ahead >= Math.min(settings.concurrency, node.workerLimit)) return Number.POSITIVE_INFINITY;
      if (idle.length > ahead) return 0;
      const spare = starting.size - waiters.length - (ahead - idle.length);
      if (spare <= 0) return coldStartOf(settings, task);
      return [...starting].reduce((last, { atMs }) => Math.max(last, atMs), 0) - loop.now();
    },
    counts: () => ({ idle: idle.length, busy, starting: starting.size, waiting: waiters.length }),
  };
}

function coldStartOf({ coldStartMs, hash }: InstanceSettings, { key }: Task): number {
  return quantile(coldStartMs, drawUniform(key, "coldStart", hash));
}
