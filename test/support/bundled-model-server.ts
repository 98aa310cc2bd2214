import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { buildBundles } from "../../services/model-server/index.js";

const run = promisify(execFile);

/** A model server that runs from its extracted bundle, with nothing of this repository around it. */
export interface BundledModelServer {
  readonly child: ChildProcess;
  readonly httpAddress: string;
  readonly grpcAddress: string;
  stop(): Promise<void>;
}

/** Builds the sample bundle, extracts it and starts it on free ports. */
export async function startBundledModelServer(): Promise<BundledModelServer> {
  const { sample } = await buildBundles({ target: { platform: process.platform, arch: process.arch } });
  const folder = await mkdtemp(join(tmpdir(), "straightline-bundle-"));
  await run("tar", ["-xzf", sample.path, "-C", folder]);
  const env = { PATH: process.env["PATH"], PORT: "0", GRPC_PORT: "0" };
  const child = spawn(process.execPath, ["server.mjs"], { cwd: folder, env, stdio: ["ignore", "ignore", "pipe"] });
  const { port, grpcPort } = await readyPorts(child);
  return {
    child,
    httpAddress: `127.0.0.1:${port}`,
    grpcAddress: `127.0.0.1:${grpcPort}`,
    async stop() {
      if (child.exitCode === null) {
        child.kill("SIGKILL");
        await once(child, "exit");
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Reads the ports from the log line that says "ready"; rejects with the log when the process ends before. */
async function readyPorts({ stderr }: ChildProcess): Promise<{ port: number; grpcPort: number }> {
  if (stderr === null) throw new Error("the server was started without a standard error to read");
  const seen: string[] = [];
  for await (const line of createInterface({ input: stderr })) {
    seen.push(line);
    const entry = line.startsWith("{") ? JSON.parse(line) : {};
    if (entry.msg !== "ready") continue;
    stderr.resume();
    return { port: entry.port, grpcPort: entry.grpcPort };
  }
  throw new Error(`the bundled server ended before it was ready:\n${seen.join("\n")}`);
}
