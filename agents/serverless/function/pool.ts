import { StraightLineError } from "../../../services/common/errors/index.js";
import { retryDelayMs } from "../../common/reconcile/index.js";
import { createIdleWorkers } from "./idle-workers.js";

/** What a pool asks of a worker. */
export interface PoolWorker {
  hasEnded(): boolean;
  stop(): Promise<void>;
}

/** A worker that belongs to one request until it is given back. */
export interface Lease<W> {
  readonly worker: W;
  /** Time the request waited for this worker to start; undefined when it was warm. */
  readonly coldStartMs: number | undefined;
  /** Gives the worker back for the next request. */
  release(): void;
  /** Ends the worker. */
  discard(): void;
}

/** Workers by what they do, and requests that wait for one. */
export interface PoolCounts {
  readonly idle: number;
  readonly busy: number;
  readonly starting: number;
  readonly waiting: number;
}

/** What a pool is made of. */
export interface PoolOptions<W extends PoolWorker> {
  /** Workers at most. */
  readonly limit: number;
  /** A worker that is not to be kept warm ends when it has been idle for so long. */
  readonly keepAliveMs: number;
  /** `traceparent` is the request's whose demand it is; empty: nobody waits for it. */
  readonly startWorker: (traceparent: string) => Promise<W>;
  readonly now: () => number;
  readonly onChange: () => void;
}

/** The workers of one function, each with one request at a time. */
export interface WorkerPool<W> {
  /**
   * A worker for one request: an idle one, else the first to be started or set free. Rejects at once with NO_CAPACITY when there are as
   * many requests as there may be workers, with START_FAILED when no worker can be started, with DRAINING once closed, and with the
   * signal's reason.
   */
  acquire(traceparent: string, signal: AbortSignal): Promise<Lease<W>>;
  /**
   * Has this many workers, busy ones counted, from now on: missing ones are started, ever more seldom while starts fail. Of those beyond it
   * each ends when it has been idle for the keep-alive, or at once when it has not served yet. `traceparent` is that of who wants them.
   */
  keepWarm(workers: number, traceparent?: string): void;
  counts(): PoolCounts;
  /** Every worker that lives. */
  workers(): readonly W[];
  /** Drops idle workers that have ended by themselves. */
  sweep(): void;
  /** Refuses new and waiting requests, lets those under way finish for at most `graceMs`, and ends every worker. */
  close(graceMs: number): Promise<void>;
}

interface Waiter<W> {
  readonly sinceMs: number;
  resolve(lease: Lease<W>): void;
  reject(error: unknown): void;
}

/** An empty pool. */
export function createWorkerPool<W extends PoolWorker>(options: PoolOptions<W>): WorkerPool<W> {
  const { limit, keepAliveMs, startWorker, now, onChange } = options;
  const idle = createIdleWorkers<W>(keepAliveMs, () => {
    if (shrink() > 0) onChange();
  });
  const busy = new Set<W>();
  const waiters: Waiter<W>[] = [];
  const ending = new Set<Promise<void>>();
  let starting = 0;
  let warm = 0;
  /** Starts that failed, and workers that ended while idle, since one has served. */
  let failures = 0;
  let retry: NodeJS.Timeout | undefined;
  let closed = false;
  let onQuiet = (): void => undefined;

  const end = (worker: W): void => {
    const done = worker.stop().finally(() => ending.delete(done));
    ending.add(done);
  };
  const begin = (traceparent: string): void => {
    starting += 1;
    const done = startWorker(traceparent)
      .then((worker) => {
        starting -= 1;
        if (closed) end(worker);
        else offer(worker, true);
      })
      .catch((error: unknown) => {
        starting -= 1;
        failures += 1;
        // One request pays for one failed start, so that a broken function does not start workers without end.
        if (waiters.length > starting + busy.size) waiters.shift()?.reject(error);
      })
      .finally(() => {
        ending.delete(done);
        grow();
        onChange();
      });
    ending.add(done);
  };
  const alive = (): number => idle.size + busy.size + starting;
  const grow = (traceparent = ""): void => {
    clearTimeout(retry);
    if (closed || alive() >= warm) return;
    if (failures === 0) while (alive() < warm) begin(traceparent);
    else if (starting === 0) retry = setTimeout(() => begin(""), retryDelayMs(failures));
  };
  const shrink = (): number => {
    let ended = 0;
    while (alive() > warm) {
      const worker = idle.takeSpare();
      if (worker === undefined) break;
      end(worker);
      ended += 1;
    }
    return ended;
  };
  const offer = (worker: W, fresh: boolean): void => {
    const waiter = waiters.shift();
    if (waiter !== undefined) {
      waiter.resolve(lease(worker, fresh ? now() - waiter.sinceMs : undefined));
      return;
    }
    idle.add(worker, !fresh);
  };
  const lease = (worker: W, coldStartMs: number | undefined): Lease<W> => {
    busy.add(worker);
    const giveBack = (next: () => void) => () => {
      if (!busy.delete(worker)) return;
      next();
      if (busy.size === 0) onQuiet();
      onChange();
    };
    return {
      worker,
      coldStartMs,
      release: giveBack(() => {
        failures = 0;
        if (closed || worker.hasEnded()) drop(worker);
        else offer(worker, false);
      }),
      discard: giveBack(() => drop(worker)),
    };
  };
  const drop = (worker: W): void => {
    end(worker);
    if (!closed && waiters.length > starting + busy.size) begin("");
    grow();
  };
  const takeIdle = (): W | undefined => {
    for (let worker = idle.take(); worker !== undefined; worker = idle.take()) {
      if (!worker.hasEnded()) return worker;
      end(worker);
    }
    return undefined;
  };

  return {
    async acquire(traceparent, signal) {
      signal.throwIfAborted();
      if (closed) throw new StraightLineError("DRAINING", "the function is being stopped");
      if (busy.size + waiters.length >= limit) {
        throw new StraightLineError("NO_CAPACITY", `all ${limit} workers of the function are busy; try again`);
      }
      const worker = takeIdle();
      try {
        return worker === undefined ? await wait(traceparent, signal) : lease(worker, undefined);
      } finally {
        onChange();
      }
    },
    keepWarm(workers, traceparent) {
      if (warm === Math.min(workers, limit)) return;
      warm = Math.min(workers, limit);
      grow(traceparent);
      shrink();
      onChange();
    },
    counts: () => ({ idle: idle.size, busy: busy.size, starting, waiting: waiters.length }),
    workers: () => [...idle.all(), ...busy],
    sweep() {
      for (const worker of idle.takeAll((one) => one.hasEnded())) {
        failures += 1;
        end(worker);
      }
      grow();
    },
    async close(graceMs) {
      closed = true;
      clearTimeout(retry);
      for (const waiter of waiters.splice(0)) waiter.reject(new StraightLineError("DRAINING", "the function is being stopped"));
      for (const worker of idle.takeAll(() => true)) end(worker);
      if (busy.size > 0) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, graceMs);
          onQuiet = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      for (const worker of busy) end(worker);
      busy.clear();
      while (ending.size > 0) await Promise.all(ending);
    },
  };

  function wait(traceparent: string, signal: AbortSignal): Promise<Lease<W>> {
    return new Promise((resolve, reject) => {
      const forget = (): void => {
        const at = waiters.indexOf(waiter);
        if (at >= 0) waiters.splice(at, 1);
        reject(signal.reason);
      };
      const settled =
        <A>(next: (value: A) => void) =>
        (value: A) => {
          signal.removeEventListener("abort", forget);
          next(value);
        };
      const waiter: Waiter<W> = { sinceMs: now(), resolve: settled(resolve), reject: settled(reject) };
      signal.addEventListener("abort", forget, { once: true });
      waiters.push(waiter);
      if (waiters.length > starting) begin(traceparent);
      onChange();
    });
  }
}
