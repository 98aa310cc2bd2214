import { connect } from "node:net";
import { Agent, request } from "undici";
import { systemCode } from "../../../services/common/errors/index.js";
import type { DurationSketchData } from "../../../services/common/sketch/index.js";
import type { InstanceStats } from "../../../services/common/wire/index.js";

/** What came of asking an instance whether it can serve. */
export interface Readiness {
  /** It answered 2xx in time. */
  readonly isReady: boolean;
  /** It answered, with whatever status. */
  readonly hasAnswered: boolean;
  /** What it answered instead of 2xx, one phrase; empty where it is ready. */
  readonly lack: string;
}

/** Asks instances how they are. */
export interface InstanceProbe {
  /** The outcome of a GET of the path. */
  readiness(httpEndpoint: string, path: string): Promise<Readiness>;
  /** What a workload tells of itself; undefined when it does not answer in time or not in that form. */
  stats(httpEndpoint: string, path: string): Promise<InstanceStats | undefined>;
  close(): Promise<void>;
}

/** An answer larger than this is no InstanceStats. */
const MAX_STATS_BYTES = 256 * 1024;

/** A probe whose every question takes at most `timeoutMs`. */
export function createInstanceProbe(timeoutMs: number): InstanceProbe {
  const dispatcher = new Agent({ connections: 2, connectTimeout: timeoutMs });
  const get = async (url: string) => request(url, { dispatcher, signal: AbortSignal.timeout(timeoutMs) });
  return {
    async readiness(httpEndpoint, path) {
      try {
        const { statusCode, body } = await get(`${httpEndpoint}${path}`);
        await body.dump({ limit: MAX_STATS_BYTES });
        const isReady = statusCode >= 200 && statusCode < 300;
        return { isReady, hasAnswered: true, lack: isReady ? "" : `GET ${path} answered ${statusCode}` };
      } catch (error) {
        // No answer in time is an answer: not ready.
        const why = systemCode(error) ?? `nothing within ${timeoutMs} ms`;
        return { isReady: false, hasAnswered: false, lack: `GET ${path} does not answer (${why})` };
      }
    },
    async stats(httpEndpoint, path) {
      try {
        const { statusCode, headers, body } = await get(`${httpEndpoint}${path}`);
        if (statusCode !== 200 || Number(headers["content-length"] ?? 0) > MAX_STATS_BYTES) {
          await body.dump({ limit: MAX_STATS_BYTES });
          return undefined;
        }
        return parseInstanceStats(await body.json());
      } catch {
        // The readiness probe reports an instance that does not answer; here there is just nothing to tell.
        return undefined;
      }
    },
    close: () => dispatcher.destroy(),
  };
}

/** InstanceStats of JSON that a workload sent; undefined when it is anything else. */
export function parseInstanceStats(value: unknown): InstanceStats | undefined {
  const { inFlight, queued, servedCount, failedCount, serviceTime } = (value ?? {}) as Record<string, unknown>;
  if (!isCount(inFlight) || !isCount(queued) || !isCount(servedCount) || !isCount(failedCount)) return undefined;
  const sketch = parseSketch(serviceTime);
  return sketch === undefined ? undefined : { inFlight, queued, servedCount, failedCount, serviceTime: sketch };
}

function parseSketch(value: unknown): DurationSketchData | undefined {
  const { count, sumMs, buckets } = (value ?? {}) as Record<string, unknown>;
  if (!isCount(count) || typeof sumMs !== "number" || !(sumMs >= 0) || typeof buckets !== "object" || buckets === null) {
    return undefined;
  }
  const entries = Object.entries(buckets);
  if (entries.length > 1000 || !entries.every(([index, n]) => /^-?\d{1,4}$/.test(index) && isCount(n))) return undefined;
  return { count, sumMs, buckets: Object.fromEntries(entries) as Record<string, number> };
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

/** Whether somebody listens at host:port. */
export function isListening(endpoint: string, timeoutMs: number): Promise<boolean> {
  const at = endpoint.lastIndexOf(":");
  return new Promise((resolve) => {
    const socket = connect({ host: endpoint.slice(0, at), port: Number(endpoint.slice(at + 1)), timeout: timeoutMs });
    const settle = (listening: boolean) => () => {
      socket.destroy();
      resolve(listening);
    };
    socket.once("connect", settle(true)).once("error", settle(false)).once("timeout", settle(false));
  });
}
