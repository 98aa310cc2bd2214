import Docker from "dockerode";
import { StraightLineError, systemCode } from "../../services/common/errors/index.js";
import { withTimeout } from "../../services/common/lifecycle/index.js";

/** A container engine behind its socket. Each call opens a connection, so that a restart of the engine is survived. */
export interface Engine {
  readonly socketPath: string;
  /**
   * Makes one call; `what` begins the message of a failure. An engine that cannot be reached is ENGINE_UNAVAILABLE, one that does not
   * answer in time too; an answer that refuses is passed on as it came (statusOf tells its HTTP status).
   */
  call<T>(what: string, timeoutMs: number, act: (docker: Docker) => Promise<T>): Promise<T>;
  /** Opens a stream that goes on until it is aborted or the engine ends; silence does not end it. */
  stream(open: (docker: Docker) => Promise<NodeJS.ReadableStream>): Promise<NodeJS.ReadableStream>;
}

/** Whether it answers at all: asked on each beat. */
export const PING_TIMEOUT_MS = 3000;
/** A call that only asks. */
export const QUERY_TIMEOUT_MS = 10_000;
/** A call that creates, starts or removes a container. */
export const CHANGE_TIMEOUT_MS = 60_000;

/** The engine on a socket; it need not be there yet. */
export function createEngine(socketPath: string): Engine {
  return {
    socketPath,
    async call(what, timeoutMs, act) {
      try {
        // The client's own time-out ends a connection on which nothing comes; without it each tick would leave one behind.
        return await withTimeout(act(clientOf(socketPath, timeoutMs)), timeoutMs, what);
      } catch (error) {
        throw unreachable(error, what, socketPath) ?? error;
      }
    },
    stream: (open) => open(clientOf(socketPath)),
  };
}

/** The client reads DOCKER_HOST by itself and prefers it to the socket it is given; an empty host keeps it from that. */
function clientOf(socketPath: string, timeoutMs?: number): Docker {
  return new Docker({ host: "", socketPath, ...(timeoutMs === undefined ? {} : { timeout: timeoutMs }) });
}

/** The HTTP status of an answer that refuses; undefined for any other error. */
export function statusOf(error: unknown): number | undefined {
  if (typeof error !== "object" || error === null || !("statusCode" in error)) return undefined;
  return typeof error.statusCode === "number" ? error.statusCode : undefined;
}

/** What the client puts before the engine's own words; of a stream that is refused it keeps those words nowhere else. */
const CLIENT_PREFIX = /^\(HTTP code \d+\) .*? - /;

/** What the engine says when it refuses, in one line. */
export function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(CLIENT_PREFIX, "").replace(/\s+/g, " ").trim() || `HTTP status ${statusOf(error) ?? "unknown"}`;
}

/** Makes a call of which an answer with one of these statuses is undefined. Any other refusal is ENGINE_UNAVAILABLE. */
export async function tolerating<T>(statuses: readonly number[], act: () => Promise<T>): Promise<T | undefined> {
  try {
    return await act();
  } catch (error) {
    if (statuses.includes(statusOf(error) ?? 0)) return undefined;
    if (error instanceof StraightLineError) throw error;
    throw new StraightLineError("ENGINE_UNAVAILABLE", `the container engine refuses: ${messageOf(error)}`, { cause: error });
  }
}

function unreachable(error: unknown, what: string, socketPath: string): StraightLineError | undefined {
  if (error instanceof StraightLineError && error.code === "DEADLINE_EXCEEDED") {
    return new StraightLineError("ENGINE_UNAVAILABLE", `container engine on ${socketPath}: ${error.message}`, { cause: error });
  }
  if (statusOf(error) !== undefined) return undefined;
  const reason = reasonOf(systemCode(error), socketPath);
  return reason === undefined ? undefined : new StraightLineError("ENGINE_UNAVAILABLE", `${what}: ${reason}`, { cause: error });
}

function reasonOf(code: string | undefined, socketPath: string): string | undefined {
  switch (code) {
    case "EACCES":
    case "EPERM":
      return `${socketPath} refuses access; run the agent as a member of the group that owns it (docker)`;
    case "ENOENT":
    case "ENOTDIR":
      return `there is no container engine on ${socketPath}; start it or set STRAIGHTLINE_AGENT_DOCKER_SOCKET`;
    case "ECONNREFUSED":
    case "ECONNRESET":
    case "EPIPE":
      return `the container engine on ${socketPath} does not answer`;
    default:
      return undefined;
  }
}
