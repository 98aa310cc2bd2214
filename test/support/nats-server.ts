import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { NatsConfig } from "../../services/common/config/index.js";
import { freePorts } from "../../services/common/ports/index.js";
import { eventually } from "./eventually.js";
import { findProgram } from "./find-program.js";
import { inCi } from "./in-ci.js";

/** A real nats-server with JetStream, on a free port, with a store of its own. */
export interface TestNatsServer extends AsyncDisposable {
  readonly port: number;
  /** For connectBus. */
  readonly config: NatsConfig;
  /** Folder of its JetStream. */
  readonly store: string;
  /** Ends the server; its store stays. `crash` takes it down as a power cut would. */
  stop(how?: "orderly" | "crash"): Promise<void>;
  /** Holds it, connections and all, until `resume`. */
  freeze(): void;
  resume(): void;
  /** Starts it again: same port, same store. */
  start(): Promise<void>;
}

/** The server to test with: STRAIGHTLINE_TEST_NATS_SERVER, else the one on PATH; undefined when there is none. */
export function findNatsServer(): string | undefined {
  return findProgram("nats-server", "STRAIGHTLINE_TEST_NATS_SERVER");
}

/** For a test's `skip`: why it cannot run here, or false. In CI a missing server is an error. */
export function skipWithoutNats(): string | false {
  if (findNatsServer() !== undefined) return false;
  const reason = "no nats-server on PATH; install one, or name it in STRAIGHTLINE_TEST_NATS_SERVER";
  if (inCi()) throw new Error(reason);
  console.error(`\n*** SKIPPED: tests of the bus need a real server: ${reason} ***\n`);
  return reason;
}

/** How a server differs from a plain one. */
export interface TestNatsServerOptions {
  /** Address to listen on; default 127.0.0.1. */
  readonly host?: string;
  readonly binary?: string;
  /** A configuration file, and the environment that it refers to. */
  readonly configFile?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts a server; disposing of it removes its store. */
export async function startNatsServer(options: TestNatsServerOptions = {}): Promise<TestNatsServer> {
  const { binary, configFile, env = {}, host = "127.0.0.1" } = options;
  const program = binary ?? findNatsServer();
  if (program === undefined) throw new Error("no nats-server on PATH");
  const port = (await freePorts(host, 1))[0] as number;
  const store = await mkdtemp(join(tmpdir(), "straightline-nats-"));
  let child: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    const args = ["-js", "-a", host, "-p", String(port), "-sd", store];
    if (configFile !== undefined) args.push("-c", configFile);
    child = spawn(program, args, { stdio: "ignore", env: { ...process.env, ...env } });
    await eventually(() => answers(host, port), { what: `nats-server on port ${port}` });
  };
  const stop = async (how: "orderly" | "crash" = "orderly"): Promise<void> => {
    const running = child;
    child = undefined;
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return;
    const ended = once(running, "exit");
    running.kill(how === "crash" ? "SIGKILL" : "SIGTERM");
    await ended;
  };
  await start();
  return {
    port,
    config: { servers: `nats://${host}:${port}`, credentialsFile: "", caFile: "" },
    store,
    start,
    stop,
    freeze: () => void child?.kill("SIGSTOP"),
    resume: () => void child?.kill("SIGCONT"),
    async [Symbol.asyncDispose]() {
      await stop("crash");
      await rm(store, { recursive: true, force: true });
    },
  };
}

/** A server greets with INFO as soon as it takes clients. */
function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 500 });
    const settle = (result: boolean) => () => {
      socket.destroy();
      resolve(result);
    };
    socket.once("data", settle(true)).once("error", settle(false)).once("timeout", settle(false));
  });
}
