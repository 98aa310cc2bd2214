import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { StraightLineError } from "../../../services/common/errors/index.js";
import { STATE_DIRECTORY, tellDiskFull } from "../disk/index.js";
import type { Workload } from "../workload.js";

/** What an agent remembers across a restart. */
export interface AgentState {
  /** The last desired state seen, so that a restart without NATS still heals what fails. */
  readonly desired: readonly Workload[];
  /** What each instance was started for, by instance id. */
  readonly instances: Readonly<Record<string, Workload>>;
}

/** The state of one node, in one file. */
export interface StateFile {
  load(): AgentState;
  /** Written whole before it takes its name, and before the call returns. Throws START_FAILED when the disk is full; the last state stands then. */
  save(state: AgentState): void;
}

const NO_STATE: AgentState = { desired: [], instances: {} };

/** The state file of `nodeId` in `directory`. `onDamaged` is told of a file that cannot be read; the state is empty then. */
export function openStateFile(directory: string, nodeId: string, onDamaged: (error: unknown) => void): StateFile {
  const file = join(directory, "agent.json");
  return {
    load: () => read(file, nodeId, onDamaged),
    save(state) {
      try {
        writeFileSync(`${file}.partial`, JSON.stringify({ nodeId, ...state }));
        renameSync(`${file}.partial`, file);
      } catch (error) {
        rmSync(`${file}.partial`, { force: true });
        throw tellDiskFull(error, directory, STATE_DIRECTORY);
      }
    },
  };
}

function read(file: string, nodeId: string, onDamaged: (error: unknown) => void): AgentState {
  let stored: Partial<AgentState> & { nodeId?: string };
  try {
    stored = JSON.parse(readFileSync(file, "utf8")) as typeof stored;
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) onDamaged(error);
    return NO_STATE;
  }
  if (stored.nodeId !== nodeId) {
    throw new StraightLineError(
      "START_FAILED",
      `state directory belongs to node ${stored.nodeId}, not to ${nodeId}; choose another --state-directory or --node-id`,
    );
  }
  const instances = Object.entries(stored.instances ?? {}).map(([instanceId, workload]) => [instanceId, completed(workload)]);
  return { desired: (stored.desired ?? []).map(completed), instances: Object.fromEntries(instances) };
}

/** An earlier version of the agent has written less. */
function completed(workload: Workload): Workload {
  const { minReadyMs = 0, warmWorkers = 0, gpuDevices = [] }: Partial<Workload> = workload;
  return { ...workload, minReadyMs, warmWorkers, gpuDevices };
}
