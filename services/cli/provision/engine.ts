import { StraightLineError } from "../../common/errors/index.js";
import type { Command, CommandRunner } from "./command.js";
import { startDockerd } from "./dockerd.js";
import { DEFAULT_SOCKET, probeSocket, type SocketState, socketsToTry } from "./engine-socket.js";
import type { Installer } from "./installer.js";
import type { Machine } from "./machine.js";
import { withSudo } from "./packages.js";

/** A Docker Engine that answers, or why there is none. */
export type DockerEngine =
  | {
      readonly type: "available";
      readonly socketPath: string;
      /** It runs as our child and ends with `stop`. */
      readonly startedByUs: boolean;
      stop(): Promise<void>;
    }
  | { readonly type: "unavailable"; readonly reason: string };

/** What ensureDockerEngine needs. */
export interface EngineOptions {
  /** Configured socket; empty: search. */
  readonly socketPath: string;
  readonly env: NodeJS.ProcessEnv;
  readonly installer: Installer;
  /** A test's own; default: asks the socket. */
  readonly probe?: (socketPath: string) => Promise<SocketState>;
  /** A test's own; default: starts dockerd as a child. */
  readonly startChild?: typeof startDockerd;
}

const SERVICE_TIMEOUT_MS = 60_000;
const SERVICE_POLL_MS = 250;

/**
 * Finds a Docker Engine (or podman) that answers; else, with the rights to do so, installs the distribution's, and starts it by init or,
 * where there is none, as a child. Never rejects for want of an engine: without one, containers alone are missing.
 */
export async function ensureDockerEngine(options: EngineOptions): Promise<DockerEngine> {
  const probe = options.probe ?? probeSocket;
  const search = socketsToTry(options.socketPath, options.env);
  if (search.type === "unsupported") return unavailable(search.reason);
  const states: [string, SocketState][] = [];
  for (const path of search.paths) {
    const state = await probe(path);
    if (state === "answers") return available(path);
    states.push([path, state]);
  }
  const denied = states.find(([, state]) => state === "denied");
  if (denied !== undefined) return unavailable(deniedReason(denied[0]));
  if (!search.paths.includes(DEFAULT_SOCKET))
    return unavailable(`no engine answers on ${search.paths.join(", ")}; start it or correct the path`);
  try {
    return await startEngine(options, probe);
  } catch (error) {
    if (error instanceof StraightLineError) return unavailable(error.message);
    throw error;
  }
}

function available(socketPath: string): DockerEngine {
  return { type: "available", socketPath, startedByUs: false, stop: () => Promise.resolve() };
}

function unavailable(reason: string): DockerEngine {
  return { type: "unavailable", reason };
}

function deniedReason(socketPath: string): string {
  return `${socketPath} refuses access; add this user to the group that owns it (sudo usermod -aG docker "$USER") and log in again`;
}

async function startEngine(options: EngineOptions, probe: (path: string) => Promise<SocketState>): Promise<DockerEngine> {
  const { installer, env } = options;
  const dockerd = await findOrInstallDockerd(installer);
  // A package may have started its service by itself.
  if ((await probe(DEFAULT_SOCKET)) === "answers") return available(DEFAULT_SOCKET);
  const machine = await installer.machine();
  const byInit = serviceCommand(machine);
  if (byInit !== undefined) return startByInit(byInit, installer, probe);
  if (machine.rights !== "root")
    return unavailable("dockerd has to be started, which only root may do here; start it and try again");
  installer.print(`$ ${dockerd}`);
  const start = options.startChild ?? startDockerd;
  return { type: "available", socketPath: DEFAULT_SOCKET, startedByUs: true, stop: (await start({ dockerd, env })).stop };
}

async function findOrInstallDockerd({ runner, install }: Installer): Promise<string> {
  const found = await runner.find("dockerd");
  if (found !== undefined) return found;
  await install("docker");
  const installed = await runner.find("dockerd");
  if (installed !== undefined) return installed;
  throw new StraightLineError("COMPONENT_MISSING", "the Docker Engine was installed but dockerd is not on PATH");
}

function serviceCommand({ init, rights }: Machine): Command | undefined {
  if (init === "none" || rights === "none") return undefined;
  const argv = init === "systemd" ? ["systemctl", "start", "docker"] : ["rc-service", "docker", "start"];
  const command = { argv, timeoutMs: SERVICE_TIMEOUT_MS };
  return rights === "sudo" ? withSudo(command) : command;
}

async function startByInit(
  command: Command,
  { runner, print }: { readonly runner: CommandRunner; readonly print: (line: string) => void },
  probe: (path: string) => Promise<SocketState>,
): Promise<DockerEngine> {
  print(`$ ${command.argv.join(" ")}`);
  const outcome = await runner.run(command);
  if (outcome.type !== "exited" || outcome.exitCode !== 0) {
    return unavailable(`\`${command.argv.join(" ")}\` failed:\n${outcome.tail}`);
  }
  const state = await settledState(probe);
  if (state === "answers") return available(DEFAULT_SOCKET);
  return unavailable(state === "denied" ? deniedReason(DEFAULT_SOCKET) : "the service docker was started but does not answer");
}

/** OpenRC returns before dockerd listens. */
async function settledState(probe: (path: string) => Promise<SocketState>): Promise<SocketState> {
  for (let poll = 0; poll < SERVICE_TIMEOUT_MS / SERVICE_POLL_MS; poll++) {
    const state = await probe(DEFAULT_SOCKET);
    if (state === "answers" || state === "denied") return state;
    await new Promise((resolve) => setTimeout(resolve, SERVICE_POLL_MS));
  }
  return "silent";
}
