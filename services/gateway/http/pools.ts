import { Pool } from "undici";
import { createLru } from "../forward/index.js";

/** Keep-alive connections to instances. */
export interface InstancePools {
  /** The pool of an origin such as http://127.0.0.1:41234. */
  get(origin: string): Pool;
  /** Closes every connection once its answer is through. */
  close(): Promise<void>;
}

/** Bounds of the connections. */
export interface PoolLimits {
  /** Instances whose connections are kept. */
  readonly maxInstances: number;
  /** Connections to one instance. */
  readonly instanceConnections: number;
  /** Longest wait for a connection, milliseconds. */
  readonly connectTimeoutMs: number;
}

/** Creates the pools. */
export function createInstancePools(limits: PoolLimits): InstancePools {
  const pools = createLru(limits.maxInstances, (origin) => createPool(origin, limits), closeInBackground);
  return {
    get: (origin) => pools.get(origin),
    close: async () => {
      await Promise.allSettled(pools.clear().map((pool) => pool.close()));
    },
  };
}

function createPool(origin: string, { instanceConnections, connectTimeoutMs }: PoolLimits): Pool {
  return new Pool(origin, {
    connections: instanceConnections,
    pipelining: 1,
    connectTimeout: connectTimeoutMs,
    // The request's own deadline ends it, to the millisecond.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
}

function closeInBackground(pool: Pool): void {
  // It resolves when the last answer is through; a pool that fails to close has no connection left.
  pool.close().catch(() => {});
}
