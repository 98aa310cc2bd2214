import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { BUILD_ROOT } from "../../services/cli/daemons.js";
import { freePorts } from "../../services/common/ports/index.js";
import { startNatsServer, type TestNatsServer } from "./nats-server.js";

/** A process of the mesh that a test kills and starts again. */
export interface MeshProcess {
  readonly name: string;
  /** As a power cut would. */
  kill(): Promise<void>;
  /** Holds it, connections and all; `kill` ends it all the same. */
  freeze(): void;
  start(): Promise<void>;
}

/** A mesh of real processes: one NATS, replicas of placement, agents of kind vm and, where it is asked for, one of kind container. */
export interface MeshProcesses extends AsyncDisposable {
  readonly nats: TestNatsServer;
  readonly placements: readonly MeshProcess[];
  /** Those of kind vm first. */
  readonly agents: readonly MeshProcess[];
  /** host:port of each placement. */
  readonly addresses: readonly string[];
  /** What runs of the bundles that the agents have unpacked. */
  workloads(): number;
}

/** How many of each. */
export interface MeshSize {
  readonly placements: number;
  readonly vmAgents: number;
  readonly containerAgent?: { readonly nodeId: string; readonly socketPath: string };
}

const QUICK = ["--metrics-port", "0", "--log-level", "silent"];

/** Starts it in `directory`. Its ticks and leases are short, so that outages are over soon. */
export async function startMeshProcesses(directory: string, size: MeshSize): Promise<MeshProcesses> {
  const nats = await startNatsServer();
  const ports = await freePorts("127.0.0.1", size.placements);
  const placements = ports.map((port) =>
    meshProcess(`placement ${port}`, "services/placement/main.js", [
      ...["--port", String(port), "--nats", nats.config.servers, "--start-timeout", "60s"],
      ...["--controller-lease", "600ms", "--lost-ticks", "40", ...QUICK],
    ]),
  );
  const agent = (kind: "vm" | "container", nodeId: string, cache: string, args: readonly string[] = []): MeshProcess =>
    meshProcess(nodeId, `agents/${kind}/main.js`, [
      ...["--node-id", nodeId, "--nats", nats.config.servers, "--tick-ms", "100", "--stop-grace", "2s"],
      ...["--state-directory", join(directory, nodeId), "--cache-directory", join(directory, cache), ...args, ...QUICK],
    ]);
  const agents = Array.from({ length: size.vmAgents }, (_, at) => agent("vm", `vm-${at + 1}`, "cache"));
  if (size.containerAgent !== undefined) {
    const { nodeId, socketPath } = size.containerAgent;
    agents.push(agent("container", nodeId, "container-cache", ["--docker-socket", socketPath]));
  }
  for (const one of [...placements, ...agents]) await one.start();
  return {
    ...{ nats, placements, agents },
    addresses: ports.map((port) => `127.0.0.1:${port}`),
    workloads: () => countProcesses(join(directory, "cache")),
    async [Symbol.asyncDispose]() {
      for (const one of [...placements, ...agents]) await one.kill();
      killProcesses(join(directory, "cache"));
      await nats[Symbol.asyncDispose]();
    },
  };
}

function meshProcess(name: string, entry: string, args: readonly string[]): MeshProcess {
  let child: ChildProcess | undefined;
  return {
    name,
    async start() {
      if (child !== undefined) return;
      child = spawn(process.execPath, [join(BUILD_ROOT, entry), ...args], { stdio: "ignore" });
      await once(child, "spawn");
    },
    freeze: () => void child?.kill("SIGSTOP"),
    async kill() {
      const running = child;
      child = undefined;
      if (running === undefined || running.exitCode !== null || running.signalCode !== null) return;
      const ended = once(running, "exit");
      running.kill("SIGKILL");
      await ended;
    },
  };
}

/** Ids of processes whose command line names something below the folder. */
export function processesBelow(folder: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => commandLine(pid).includes(`${folder}/`));
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    // It has ended meanwhile.
    return "";
  }
}

/** Agents name the folder too, but not something below it. */
function countProcesses(folder: string): number {
  return processesBelow(folder).length;
}

/** Those that outlive their agent. */
function killProcesses(folder: string): void {
  for (const pid of processesBelow(folder)) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It has ended meanwhile.
    }
  }
}
