import { StraightLineError } from "../../../services/common/errors/index.js";
import { ATTRIBUTE, SPAN, type TraceSpan, type Tracing, withSpan } from "../../../services/common/observe/index.js";
import type { Lease, WorkerPool } from "./pool.js";
import type { FunctionCounters } from "./stats.js";
import type { FunctionWorker } from "./worker.js";

/** How a worker has dealt with a request. */
export interface WorkResult {
  /** The worker can serve again; otherwise it is ended. */
  readonly keepWorker: boolean;
  /** Why the request failed; absent: it was served. */
  readonly error?: StraightLineError;
  /** The request itself was at fault: it counts neither as served nor as failed. */
  readonly clientFault?: boolean;
}

/** What a front end knows of a request that it has given to a worker. */
export interface InvocationContext {
  /** Time the request waited for its worker to start; undefined when it was warm. */
  readonly coldStartMs: number | undefined;
  /** Parent of the worker's own span. */
  readonly traceparent: string;
  /** Aborts with DEADLINE_EXCEEDED when the time is over. */
  readonly deadline: AbortSignal;
  /** Time left. */
  remainingMs(): number;
}

/** One request, as a front end sees it. */
export interface Invocation<C> {
  readonly parent: string | undefined;
  /** The caller's own limit, beside the function's; undefined: none. */
  readonly callerTimeoutMs: number | undefined;
  /** Aborts when the caller goes away while it waits. */
  readonly gone: AbortSignal;
  /** Reaches the worker before anything is sent; rejects when it cannot be reached, with UNSUPPORTED when no worker could be. */
  readonly connect: (worker: FunctionWorker, deadline: AbortSignal) => Promise<C>;
  /** Sends the request and passes the answer on. Never rejects. */
  readonly work: (connection: C, context: InvocationContext) => Promise<WorkResult>;
}

/** Runs requests of one function. */
export interface Invoker {
  /** Rejects with a StraightLineError when the request was not executed; the caller tells its client so. */
  invoke<C>(invocation: Invocation<C>): Promise<void>;
}

/** What an invoker needs. */
export interface InvokerOptions {
  readonly instanceId: string;
  readonly application: string;
  readonly timeoutMs: number;
  readonly pool: WorkerPool<FunctionWorker>;
  readonly counters: FunctionCounters;
  readonly tracing: Tracing;
  readonly now: () => number;
}

/** Workers that a request tries to reach: a dead one is found out by trying. */
const MAX_WORKERS_TRIED = 3;

/** An invoker for one function. */
export function createInvoker(options: InvokerOptions): Invoker {
  return {
    async invoke(invocation) {
      const span = options.tracing.start(SPAN.functionInvoke, {
        role: "server",
        parent: invocation.parent,
        attributes: { [ATTRIBUTE.application]: options.application, [ATTRIBUTE.instance]: options.instanceId },
      });
      try {
        await invokeInSpan(options, invocation, span);
      } catch (thrown) {
        const error = refusalOf(thrown);
        span.fail(error.code, error.message);
        if (error.code === "NO_CAPACITY") options.counters.throttled();
        else if (error.code === "INSTANCE_UNAVAILABLE") options.counters.failed(error);
        throw error;
      } finally {
        span.end();
      }
    },
  };
}

/** To a caller, a worker that cannot be started is an instance that cannot be used. */
function refusalOf(thrown: unknown): StraightLineError {
  const error = StraightLineError.from(thrown);
  if (error.code !== "START_FAILED") return error;
  return new StraightLineError("INSTANCE_UNAVAILABLE", `no worker could be started: ${error.message}`, { cause: error.cause });
}

async function invokeInSpan<C>(options: InvokerOptions, invocation: Invocation<C>, span: TraceSpan): Promise<void> {
  const { timeoutMs, now } = options;
  const limitMs = Math.min(timeoutMs, invocation.callerTimeoutMs ?? timeoutMs);
  const endsAtMs = now() + limitMs;
  const deadline = new AbortController();
  const timer = setTimeout(
    () => deadline.abort(new StraightLineError("DEADLINE_EXCEEDED", `the function did not answer within ${limitMs} ms`)),
    limitMs,
  );
  try {
    const { lease, connection } = await withSpan(options.tracing, SPAN.functionAcquire, { parent: span.traceparent }, (acquire) =>
      reachWorker(options, invocation, acquire.traceparent, deadline.signal),
    );
    const { coldStartMs } = lease;
    if (coldStartMs !== undefined) options.counters.coldStarted();
    // By what it was given, not by what it had started: one that is set free meanwhile may have served it.
    span.set({ [ATTRIBUTE.coldStart]: coldStartMs !== undefined });
    const remainingMs = (): number => Math.max(0, endsAtMs - now());
    const context = { coldStartMs, traceparent: span.traceparent, deadline: deadline.signal, remainingMs };
    const startedAtMs = now();
    const result = await invocation.work(connection, context);
    account(options, result, now() - startedAtMs);
    if (result.error !== undefined) span.fail(result.error.code, result.error.message);
    if (result.keepWorker) lease.release();
    else lease.discard();
  } finally {
    clearTimeout(timer);
  }
}

async function reachWorker<C>(
  { pool }: InvokerOptions,
  { connect, gone }: Invocation<C>,
  traceparent: string,
  deadline: AbortSignal,
): Promise<{ readonly lease: Lease<FunctionWorker>; readonly connection: C }> {
  let cause: unknown;
  for (let tried = 0; tried < MAX_WORKERS_TRIED; tried++) {
    const lease = await pool.acquire(traceparent, AbortSignal.any([deadline, gone]));
    try {
      return { lease, connection: await connect(lease.worker, deadline) };
    } catch (error) {
      // Another worker would be no different.
      if (error instanceof StraightLineError && error.code === "UNSUPPORTED") {
        lease.release();
        throw error;
      }
      lease.discard();
      if (deadline.aborted) throw deadline.reason;
      cause = error;
    }
  }
  throw new StraightLineError("INSTANCE_UNAVAILABLE", "no worker of the function could be reached", { cause });
}

function account({ counters }: InvokerOptions, { error, clientFault }: WorkResult, usedMs: number): void {
  counters.used(usedMs);
  if (error === undefined) counters.served(usedMs);
  else if (clientFault !== true) counters.failed(error);
}
