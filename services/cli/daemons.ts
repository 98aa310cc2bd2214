import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { invalidField } from "../common/errors/index.js";

/** Root of the built program: the folder that holds services/ and agents/. */
export const BUILD_ROOT = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

/** The package's own folder. */
export const PACKAGE_ROOT = join(BUILD_ROOT, "..");

/** Entry file of each process of the mesh, relative to the build's root. */
const ENTRIES = {
  placement: "services/placement/main.js",
  gateway: "services/gateway/main.js",
  "model-server": "services/model-server/main.js",
  calibrate: "services/placement/calibrate/main.js",
  replay: "services/placement/replay/main.js",
  simulate: "services/simulator/main.js",
  "agent-vm": "agents/vm/main.js",
  "agent-container": "agents/container/main.js",
  "agent-serverless": "agents/serverless/main.js",
} as const;

/** A process of the mesh. */
export type DaemonName = keyof typeof ENTRIES;

/** Absolute path of a process's entry file. */
export function daemonEntry(name: DaemonName): string {
  return join(BUILD_ROOT, ENTRIES[name]);
}

/** `straightline agent --kind K ...`: which entry, and the arguments that are left for it. */
export function agentDaemon(args: readonly string[]): { name: DaemonName; args: string[] } {
  const rest = [...args];
  const at = rest.findIndex((arg) => arg === "--kind" || arg.startsWith("--kind="));
  const flag = at < 0 ? undefined : rest[at];
  const kind = flag?.startsWith("--kind=") ? flag.slice("--kind=".length) : rest[at + 1];
  if (flag === undefined || !(kind === "vm" || kind === "container" || kind === "serverless")) {
    throw invalidField(
      "--kind",
      `must be vm, container or serverless; got ${JSON.stringify(flag === undefined ? "" : (kind ?? ""))}`,
    );
  }
  rest.splice(at, flag === "--kind" ? 2 : 1);
  return { name: `agent-${kind}`, args: rest };
}
