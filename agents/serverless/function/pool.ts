import { StraightLineError } from "../../../services/common/errors/index.js";

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
  readonly keepAliveMs: number;
  /** `traceparent` is the request's whose demand it is. */
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
  const idle: { readonly worker: W; readonly reaper: NodeJS.Timeout }[] = [];
  const busy = new Set<W>();
  const waiters: Waiter<W>[] = [];
  const ending = new Set<Promise<void>>();
  let starting = 0;
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
        // One request pays for one failed start, so that a broken function does not start workers without end.
        if (waiters.length > starting + busy.size) waiters.shift()?.reject(error);
      })
      .finally(() => {
        ending.delete(done);
        onChange();
      });
    ending.add(done);
  };
  const offer = (worker: W, fresh: boolean): void => {
    const waiter = waiters.shift();
    if (waiter !== undefined) {
      waiter.resolve(lease(worker, fresh ? now() - waiter.sinceMs : undefined));
      return;
    }
    const reaper = setTimeout(() => {
      const at = idle.findIndex((one) => one.worker === worker);
      if (at < 0) return;
      idle.splice(at, 1);
      end(worker);
      onChange();
    }, keepAliveMs);
    idle.push({ worker, reaper });
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
      release: giveBack(() => (closed || worker.hasEnded() ? drop(worker) : offer(worker, false))),
      discard: giveBack(() => drop(worker)),
    };
  };
  const drop = (worker: W): void => {
    end(worker);
    if (!closed && waiters.length > starting + busy.size) begin("");
  };
  const takeIdle = (): W | undefined => {
    // The one used last: the others grow old and are reaped.
    for (let one = idle.pop(); one !== undefined; one = idle.pop()) {
      clearTimeout(one.reaper);
      if (!one.worker.hasEnded()) return one.worker;
      end(one.worker);
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
    counts: () => ({ idle: idle.length, busy: busy.size, starting, waiting: waiters.length }),
    workers: () => [...idle.map(({ worker }) => worker), ...busy],
    sweep() {
      for (const one of idle.filter(({ worker }) => worker.hasEnded())) {
        idle.splice(idle.indexOf(one), 1);
        clearTimeout(one.reaper);
        end(one.worker);
      }
    },
    async close(graceMs) {
      closed = true;
      for (const waiter of waiters.splice(0)) waiter.reject(new StraightLineError("DRAINING", "the function is being stopped"));
      for (const { worker, reaper } of idle.splice(0)) {
        clearTimeout(reaper);
        end(worker);
      }
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
