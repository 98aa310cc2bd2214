import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { type ConnectionOptions, credsAuthenticator, headers, type NatsConnection } from "nats";
import type { NatsConfig } from "../config/index.js";
import { causeChain, StraightLineError, systemCode } from "../errors/index.js";
import { withTimeout } from "../lifecycle/index.js";
import type { Logger } from "../observe/index.js";
import { readServers } from "./servers.js";
import { connect } from "./transport.js";

/** A message from the bus. */
export interface BusMessage {
  readonly subject: string;
  readonly data: Uint8Array;
  /** W3C traceparent of its header. */
  readonly traceparent: string | undefined;
}

/** How to reach NATS; `credentials` is the text of a credentials file, for those who have no file. */
export type BusAddress = NatsConfig & { readonly credentials?: string };

/** How long a server is waited for. */
export interface BusLimits {
  /** For the greeting of each server, also when the connection is made anew; default 5 s. */
  readonly timeoutMs?: number;
  /** A server that leaves two questions unanswered, each asked so long after the last, is given up; default 10 s. */
  readonly pingIntervalMs?: number;
}

/** Something that goes on until it is closed. */
export interface Subscription {
  close(): void;
}

/** What has become of the connection. */
export type BusStatus =
  | { readonly type: "disconnected" }
  | { readonly type: "reconnected" }
  | { readonly type: "denied"; readonly operation: string; readonly subject: string };

/** A connection to NATS that reconnects for ever. */
export interface BusConnection {
  /** The underlying client; for this folder alone. */
  readonly client: NatsConnection;
  isConnected(): boolean;
  publish(subject: string, data: Uint8Array, traceparent?: string): void;
  subscribe(subject: string, onMessage: (message: BusMessage) => void): Subscription;
  /** Answers requests on the subject, each in one of the processes that serve it; a rejection leaves the asker without an answer. */
  serve(subject: string, answer: (message: BusMessage) => Promise<Uint8Array>): Subscription;
  /** Asks, and waits for the answer; rejects with BUS_UNAVAILABLE when none comes in time. */
  request(subject: string, data: Uint8Array, timeoutMs: number): Promise<Uint8Array>;
  onStatus(listener: (status: BusStatus) => void): Subscription;
  flush(): Promise<void>;
  /** Sends what is still to be sent, where NATS takes it soon, and closes the connection. */
  drain(): Promise<void>;
}

const TRACEPARENT = "traceparent";
/** A lost connection is tried again this often; the jitter keeps a fleet from coming back all at once. */
const RECONNECT_WAIT_MS = 250;
const RECONNECT_JITTER_MS = 250;
const DRAIN_TIMEOUT_MS = 2000;

/**
 * Connects; rejects with BUS_UNAVAILABLE when no server answers in time. Afterwards a lost connection is retried without end,
 * and is told through onStatus.
 */
export async function connectBus(config: BusAddress, name: string, log: Logger, limits: BusLimits = {}): Promise<BusConnection> {
  const client = await dial(config, name, limits);
  const listeners = new Set<(status: BusStatus) => void>();
  let connected = true;
  void watchStatus(client, (status) => {
    // The client tells so of each try that fails, too.
    if (status.type === "disconnected" && !connected) return;
    connected = status.type === "denied" ? connected : status.type === "reconnected";
    const { type: event, ...detail } = status;
    log.warn({ event, detail }, "bus status");
    for (const listener of listeners) listener(status);
  });
  return {
    client,
    isConnected: () => connected && !client.isClosed(),
    publish(subject, data, traceparent) {
      // The client drops in silence what is published while it is disconnected; the caller must know.
      if (!connected || client.isClosed()) throw new StraightLineError("BUS_UNAVAILABLE", "not connected to NATS");
      client.publish(subject, data, traceparent === undefined ? {} : { headers: traceHeaders(traceparent) });
    },
    subscribe(subject, onMessage) {
      const subscription = client.subscribe(subject, {
        callback: (error, message) => {
          if (error !== null) return;
          const traceparent = message.headers?.get(TRACEPARENT);
          onMessage({ subject: message.subject, data: message.data, traceparent: traceparent || undefined });
        },
      });
      return { close: () => subscription.unsubscribe() };
    },
    serve(subject, answer) {
      const subscription = client.subscribe(subject, {
        queue: "straightline",
        callback: (error, message) => {
          if (error !== null) return;
          answer({ subject: message.subject, data: message.data, traceparent: undefined }).then(
            (data) => message.respond(data),
            (failure: unknown) =>
              log.error({ subject: message.subject, chain: causeChain(failure) }, "a request is not answered"),
          );
        },
      });
      return { close: () => subscription.unsubscribe() };
    },
    async request(subject, data, timeoutMs) {
      try {
        return (await client.request(subject, data, { timeout: timeoutMs })).data;
      } catch (cause) {
        throw new StraightLineError("BUS_UNAVAILABLE", `nobody answers on ${subject}`, { cause });
      }
    },
    onStatus(listener) {
      listeners.add(listener);
      return { close: () => listeners.delete(listener) };
    },
    flush: () => client.flush(),
    async drain() {
      if (client.isClosed()) return;
      // Without a connection there is nothing to drain, and the client would go on trying to get one.
      if (!connected) return client.close();
      // A server that does not answer would be waited for without end.
      await withTimeout(client.drain(), DRAIN_TIMEOUT_MS, "draining").catch(() => client.close());
    },
  };
}

async function dial(config: BusAddress, name: string, limits: BusLimits): Promise<NatsConnection> {
  const { timeoutMs = 5000, pingIntervalMs = 10_000 } = limits;
  const { addresses, login } = readServers(config.servers);
  const options: ConnectionOptions = {
    servers: [...addresses],
    name,
    // The name is a token of its own, so that permissions can keep clients from reading each other's replies (deploy/nats).
    inboxPrefix: `_INBOX.${name.replace(/[^A-Za-z0-9_-]/g, "_")}.${randomBytes(6).toString("hex")}`,
    timeout: timeoutMs,
    maxReconnectAttempts: -1,
    // A server that has just started may not know an account yet; and whoever is revoked may be let in again.
    ignoreAuthErrorAbort: true,
    reconnectTimeWait: RECONNECT_WAIT_MS,
    reconnectJitter: RECONNECT_JITTER_MS,
    pingInterval: pingIntervalMs,
    maxPingOut: 2,
  };
  if (login !== undefined) Object.assign(options, { user: login.user, pass: login.password });
  const credentials =
    config.credentials ?? (config.credentialsFile === "" ? undefined : readFileSync(config.credentialsFile, "utf8"));
  if (credentials !== undefined) options.authenticator = credsAuthenticator(new TextEncoder().encode(credentials));
  if (config.caFile !== "") options.tls = { caFile: config.caFile };
  try {
    return await connect(options);
  } catch (error) {
    const why = error instanceof Error ? error.message : (systemCode(error) ?? "no answer");
    throw new StraightLineError("BUS_UNAVAILABLE", `NATS at ${addresses.join(",")} ${refusal(why)}`, { cause: error });
  }
}

/** What a server that could not be connected to does, and what to do about it. */
export function refusal(why: string): string {
  if (/authorization violation|authentication (expired|revoked)/i.test(why)) {
    return `refuses these credentials (${why}): they are wrong, revoked or missing`;
  }
  if (/unable to (verify|get).*certificate|self-signed certificate/i.test(why)) {
    return `shows a certificate that is not trusted here (${why}); name the file of its CA`;
  }
  if (/certificate|altnames/i.test(why)) return `cannot be trusted (${why})`;
  return `does not answer (${why}); start nats-server -js or set --nats`;
}

function traceHeaders(traceparent: string) {
  const messageHeaders = headers();
  messageHeaders.set(TRACEPARENT, traceparent);
  return messageHeaders;
}

/** Ends by itself when the connection is closed. */
async function watchStatus(client: NatsConnection, onStatus: (status: BusStatus) => void): Promise<void> {
  for await (const event of client.status()) {
    if (event.type === "disconnect") onStatus({ type: "disconnected" });
    if (event.type === "reconnect") onStatus({ type: "reconnected" });
    if (event.type === "error" && event.permissionContext !== undefined) {
      const { operation, subject } = event.permissionContext;
      onStatus({ type: "denied", operation, subject });
    }
  }
}
