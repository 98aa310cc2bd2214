import { execFile } from "node:child_process";
import { randomBytes, randomInt } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { createCommandRunner, probeSocket, startServerChild, waitUntilReady } from "../../services/cli/provision/index.js";
import { inCi } from "./in-ci.js";

const execute = promisify(execFile);
const START_TIMEOUT_MS = 30_000;
const STOP_GRACE_MS = 30_000;

/** A real engine for a test file, or why the file is to be skipped. */
export type TestEngine =
  | {
      readonly type: "engine";
      readonly socketPath: string;
      /** Of an engine of the test's own, which may be made to hang; undefined: somebody else's. */
      readonly pid: number | undefined;
      stop(): Promise<void>;
    }
  | { readonly type: "none"; readonly skip: string };

/**
 * As root in CI, or with STRAIGHTLINE_TEST_START_ENGINE=true, a dockerd of the test's own, which nobody else stops; else the engine that answers on
 * this machine. Where there is none, the result says why; in CI that is an error.
 */
export async function testEngine(): Promise<TestEngine> {
  const reason = await whyNotStart(inCi() || process.env["STRAIGHTLINE_TEST_START_ENGINE"] === "true");
  if (reason === undefined) return startOwnEngine();
  const socketPath = (process.env["DOCKER_HOST"] ?? "unix:///var/run/docker.sock").replace("unix://", "");
  if ((await probeSocket(socketPath)) === "answers")
    return { type: "engine", socketPath, pid: undefined, stop: () => Promise.resolve() };
  if (inCi()) throw new Error(`no Docker Engine for the tests: ${reason}`);
  console.error(`\n*** SKIPPED: container tests need a Docker Engine: ${reason} ***\n`);
  return { type: "none", skip: `no Docker Engine: ${reason}` };
}

async function whyNotStart(allowed: boolean): Promise<string | undefined> {
  if (!allowed) return "none answers; start one, or set STRAIGHTLINE_TEST_START_ENGINE=true as root";
  if (process.getuid?.() !== 0) return "none answers, and only root can start one";
  const runner = createCommandRunner(process.env);
  for (const program of ["dockerd", "ip"]) {
    if ((await runner.find(program)) === undefined) return `none answers, and ${program} is not installed`;
  }
  return undefined;
}

/** Shares nothing with another engine: own socket, folders and bridge, and no firewall rules, which dockerd rewrites at its start. */
async function startOwnEngine(): Promise<TestEngine> {
  const directory = await mkdtemp(join(tmpdir(), "straightline-engine-"));
  const socketPath = join(directory, "docker.sock");
  // An interface name has at most 15 characters.
  const bridge = `sl-test-${randomBytes(3).toString("hex")}`;
  const env = { ...process.env, PATH: `${process.env["PATH"] ?? ""}:/usr/sbin:/sbin` };
  await execute("ip", ["link", "add", bridge, "type", "bridge"], { env });
  const cleanUp = async (): Promise<void> => {
    await execute("ip", ["link", "delete", bridge], { env });
    // Where a container has used this machine's network, dockerd leaves it mounted here.
    await execute("umount", [join(directory, "exec/netns/default")], { env }).catch(() => undefined);
    await rm(directory, { recursive: true, force: true });
  };
  try {
    await execute("ip", ["address", "add", `172.28.${randomInt(1, 255)}.1/24`, "dev", bridge], { env });
    const child = await startServerChild(dockerdArguments(directory, socketPath, bridge), env);
    const isReady = async (): Promise<boolean> => (await probeSocket(socketPath)) === "answers";
    await waitUntilReady({ child, name: "dockerd", isReady, timeoutMs: START_TIMEOUT_MS });
    return {
      type: "engine",
      socketPath,
      pid: child.pid,
      async stop() {
        await child.stop(STOP_GRACE_MS);
        await cleanUp();
      },
    };
  } catch (error) {
    await cleanUp();
    throw error;
  }
}

function dockerdArguments(directory: string, socketPath: string, bridge: string): string[] {
  return [
    "dockerd",
    ...["--host", `unix://${socketPath}`, "--pidfile", join(directory, "docker.pid"), "--bridge", bridge],
    ...["--data-root", join(directory, "data"), "--exec-root", join(directory, "exec")],
    ...["--iptables=false", "--ip-masq=false", "--ip-forward=false"],
  ];
}

/** Pid of an engine that a test may make hang; undefined, said aloud, where it is somebody else's; in CI that is a failure. */
export function pidToHang(engine: TestEngine): number | undefined {
  if (engine.type === "engine" && engine.pid !== undefined) return engine.pid;
  if (inCi()) throw new Error("no Docker Engine of the tests' own that could be made to hang");
  console.error("\n*** SKIPPED: the Docker Engine is not the tests' own, so that it could be made to hang ***\n");
  return undefined;
}

/** An engine that answers. */
export type RunningEngine = Extract<TestEngine, { type: "engine" }>;

/** The same for tests that are nothing without one: rejects with how to get it. */
export async function requiredEngine(): Promise<RunningEngine> {
  const found = await testEngine();
  if (found.type === "none") throw new Error(found.skip);
  return found;
}
