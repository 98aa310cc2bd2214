import { Pool } from "undici";
import { createLru, type FrontTls, isFronted } from "../forward/index.js";
import type { Placement } from "../placement-client/index.js";

/** Keep-alive connections to instances. */
export interface InstancePools {
  /** The pool of a placed instance. */
  get(placement: Placement): Pool;
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

/** Creates the pools; `frontTls` is for instances that an agent fronts, and there are none without it. */
export function createInstancePools(limits: PoolLimits, frontTls: FrontTls | undefined): InstancePools {
  const pools = createLru(
    limits.maxInstances,
    (key) => createPool(key.split(" ", 1)[0] as string, limits, frontTls),
    closeInBackground,
  );
  return {
    get: (placement) => pools.get(poolKey(placement)),
    close: async () => {
      await Promise.allSettled(pools.clear().map((pool) => pool.close()));
    },
  };
}

/** An origin such as http://127.0.0.1:41234. A front is the origin of many instances: each has its own connections, and a slow one takes none from the others. */
function poolKey(placement: Placement): string {
  const { origin } = new URL(placement.httpEndpoint);
  return isFronted(placement) ? `${origin} ${placement.instanceId}` : origin;
}

function createPool(origin: string, { instanceConnections, connectTimeoutMs }: PoolLimits, frontTls: FrontTls | undefined): Pool {
  return new Pool(origin, {
    ...(frontTls === undefined ? {} : { connect: { ...frontTls, timeout: connectTimeoutMs } }),
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
