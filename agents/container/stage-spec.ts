import type { ContainerCreateOptions } from "dockerode";
import { type StageStart, stageFolders } from "../common/jobs/index.js";
import { gpuDeviceRequest } from "./gpus.js";

/** Labels by which an agent knows its stages again; other than those of instances, which are kept by other rules. */
export const STAGE_LABEL = { node: "straightline.stage.node", run: "straightline.stage.run" } as const;

/** Where a stage's folder lies in its container. */
const ROOT = "/straightline";
const NANO_PER_MILLI = 1_000_000;
/** A training with workers of its own uses some hundreds. */
const MAX_PROCESSES = 4096;

/** What a container of a stage is made of, apart from the stage. */
export interface StageSpecOptions {
  readonly nodeId: string;
  /** Cores of the engine's machine; it refuses a limit above them. */
  readonly engineCores: number;
  /** User and group of the agent, so that each can read what the other writes. */
  readonly user: string;
}

/** The name of a stage's container. */
export function stageContainerName(runId: string): string {
  return `straightline-stage-${runId}`;
}

/** How a stage is created on the engine. */
export function stageSpec(stage: StageStart, { nodeId, engineCores, user }: StageSpecOptions): ContainerCreateOptions {
  const { runId, folder, command, image, environment, limits, gpuDevices } = stage;
  const millicores = Math.min(limits.cpuMillicores, engineCores * 1000);
  // Images made for CUDA ask for every GPU, and get them where NVIDIA's runtime is the engine's default.
  const gpus = gpuDevices.length > 0 ? {} : { NVIDIA_VISIBLE_DEVICES: "void" };
  const variables = { HOME: "/tmp", ...environment, ...stageFolders(ROOT), ...gpus };
  return {
    name: stageContainerName(runId),
    Image: image,
    ...(command.length > 0 ? { Cmd: [...command] } : {}),
    WorkingDir: `${ROOT}/work`,
    User: user,
    Env: Object.entries(variables).map(([name, value]) => `${name}=${value}`),
    Labels: { [STAGE_LABEL.node]: nodeId, [STAGE_LABEL.run]: runId },
    HostConfig: {
      Binds: [`${folder.root}:${ROOT}`],
      NanoCpus: millicores * NANO_PER_MILLI,
      // No swap, or the limit would be paid in time.
      Memory: limits.memoryBytes,
      MemorySwap: limits.memoryBytes,
      PidsLimit: MAX_PROCESSES,
      CapDrop: ["ALL"],
      SecurityOpt: ["no-new-privileges"],
      RestartPolicy: { Name: "no" },
      LogConfig: { Type: "json-file", Config: { "max-size": "10m" } },
      ...(gpuDevices.length > 0 ? gpuDeviceRequest(gpuDevices) : {}),
    },
  };
}
