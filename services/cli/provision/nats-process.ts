import { mkdir } from "node:fs/promises";
import { connect } from "node:net";
import { StraightLineError } from "../../common/errors/index.js";
import { startServerChild, waitUntilReady } from "./child.js";

/** How our own nats-server runs. */
export interface NatsProcessOptions {
  /** Path of the program. */
  readonly binary: string;
  /** Port on 127.0.0.1. */
  readonly port: number;
  /** JetStream's folder; made when it is not there. */
  readonly storeDirectory: string;
  readonly env: NodeJS.ProcessEnv;
}

/** A nats-server that runs until it is stopped. */
export interface NatsProcess {
  readonly url: string;
  readonly pid: number;
  /** Its last lines of output. */
  lastLines(): string;
  /** Resolves when it has ended, whether asked or not. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

const READY_TIMEOUT_MS = 15_000;
const STOP_GRACE_MS = 10_000;
const PROBE_TIMEOUT_MS = 1000;

/**
 * Starts a nats-server with JetStream on 127.0.0.1 and waits until it answers. Rejects with PORT_IN_USE, or with START_FAILED and the
 * server's last lines.
 */
export async function startNatsServer({ binary, port, storeDirectory, env }: NatsProcessOptions): Promise<NatsProcess> {
  // Another server on the port would answer the probe in place of ours.
  if ((await readGreeting(port)) !== "refused") throw portInUse(port);
  await mkdir(storeDirectory, { recursive: true });
  const argv = [binary, "--jetstream", "--store_dir", storeDirectory, "--addr", "127.0.0.1", "--port", String(port)];
  const child = await startServerChild(argv, env);
  try {
    const isReady = async (): Promise<boolean> => isJetStreamGreeting(await readGreeting(port));
    await waitUntilReady({ child, name: "nats-server", isReady, timeoutMs: READY_TIMEOUT_MS });
  } catch (error) {
    throw child.lastLines().includes("address already in use") ? portInUse(port, error) : error;
  }
  return {
    url: `nats://127.0.0.1:${port}`,
    pid: child.pid,
    lastLines: child.lastLines,
    ended: child.ended,
    stop: () => child.stop(STOP_GRACE_MS),
  };
}

function portInUse(port: number, cause?: unknown): StraightLineError {
  return new StraightLineError("PORT_IN_USE", `port ${port} on 127.0.0.1 is in use; choose another for nats-server`, { cause });
}

function isJetStreamGreeting(greeting: string): boolean {
  return greeting.startsWith("INFO ") && greeting.includes('"jetstream":true');
}

/** What a NATS server says first (https://docs.nats.io/reference/reference-protocols/nats-protocol), "refused", or "" when nothing is said. */
function readGreeting(port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port, timeout: PROBE_TIMEOUT_MS });
    const end = (greeting: string): void => {
      socket.destroy();
      resolve(greeting);
    };
    socket.once("data", (data) => end(data.toString()));
    socket.once("timeout", () => end(""));
    socket.once("close", () => end(""));
    socket.once("error", () => end("refused"));
  });
}
