import { existsSync, readFileSync } from "node:fs";
import { type RunFolder, type StageExecutor, type StageInspection, type StageStart, stageFolders } from "../common/jobs/index.js";
import {
  createProcessSupervisor,
  gpuEnvironment,
  hostEnvironment,
  LAST_WORD_BYTES,
  type LimitBackend,
  type ProcessSupervisor,
  type SupervisedProcess,
  tailOf,
  withLastWord,
} from "../common/process/index.js";

/** What the executor needs. */
export interface ProcessStagesOptions {
  /** For records of processes. */
  readonly directory: string;
  readonly limits: LimitBackend;
  /** The agent's own environment, of which a little is passed on. */
  readonly env: NodeJS.ProcessEnv;
  readonly now: () => number;
}

/**
 * Runs the program with its output in a file and leaves its exit code in another, so that both are there for whichever agent looks next. A
 * signal to the group reaches the program, which the shell then waits for.
 */
const SUPERVISE =
  'exec >>"$1" 2>&1; result=$2; shift 2; trap : TERM; "$@"; code=$?; echo $code >"$result.new" && mv "$result.new" "$result"; exit $code';

type StageProcess = SupervisedProcess<null>;

/** Stages as supervised processes of this machine. */
export function createProcessStages(options: ProcessStagesOptions): StageExecutor {
  const supervisor = createProcessSupervisor<null>(options);
  const processes = new Map<string, StageProcess>();
  return {
    async start(stage) {
      processes.set(stage.runId, await startProcess(supervisor, options.env, stage));
    },
    inspect: (runId, folder) => Promise.resolve(inspect(processes.get(runId), folder)),
    async stop(runId, graceMs) {
      await processes.get(runId)?.stop(graceMs);
      processes.delete(runId);
    },
    async recover() {
      for (const one of await supervisor.recover()) processes.set(one.record.id, one);
      return [...processes.keys()];
    },
    close: () => Promise.resolve(supervisor.close()),
  };
}

function startProcess(supervisor: ProcessSupervisor<null>, env: NodeJS.ProcessEnv, stage: StageStart): Promise<StageProcess> {
  const { runId, folder, command, environment, limits, gpuDevices } = stage;
  return supervisor.start({
    id: runId,
    argv: ["/bin/sh", "-c", SUPERVISE, "straightline", folder.log, folder.exit, ...command],
    workingDirectory: folder.work,
    environment: {
      ...hostEnvironment(env),
      ...environment,
      ...stageFolders(folder.root),
      ...gpuEnvironment(gpuDevices),
    },
    limits,
    metadata: null,
  });
}

function inspect(one: StageProcess | undefined, folder: RunFolder): StageInspection {
  const seen = one?.inspect();
  if (seen?.state === "running") return { state: "running" };
  const how = seen?.state === "exited" ? seen.reason : "the process has ended";
  if (existsSync(folder.exit)) {
    const code = Number(readFileSync(folder.exit, "utf8"));
    const end = one === undefined ? `exited with code ${code}` : how;
    return { state: "exited", code, reason: withLastWord(end, { code }, tailOf(folder.log, LAST_WORD_BYTES)) };
  }
  if (seen?.state === "exited") return { state: "exited", code: -1, reason: how };
  return { state: "absent", reason: "the process has ended while no agent ran" };
}
