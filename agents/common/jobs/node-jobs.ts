import { join } from "node:path";
import { type ArtifactStore, type BusConnection, openJobLogs, type Subscription } from "../../../services/common/bus/index.js";
import type { Logger, Tracing } from "../../../services/common/observe/index.js";
import type { StageExecutor } from "./executor.js";
import { createResultBook } from "./results.js";
import { createJobRunner } from "./runner.js";
import { watchRuns } from "./watch-runs.js";

/** The part of an agent that runs stages of jobs. */
export interface NodeJobs {
  /** Begins to watch what is to be run; called when NATS is there. Rejects with BUS_UNAVAILABLE when the watch cannot begin. */
  watch(bus: BusConnection): Promise<Subscription>;
  /** Stops watching; what runs goes on, or with "stop" ends and is told of as lost. */
  end(programs: "keep" | "stop"): Promise<void>;
}

/** What it needs. */
export interface NodeJobsOptions {
  readonly nodeId: string;
  readonly stateDirectory: string;
  readonly stopGraceMs: number;
  readonly executor: StageExecutor;
  readonly artifacts: () => Promise<ArtifactStore>;
  /** The bus, once it has been there. */
  readonly bus: () => Promise<BusConnection>;
  readonly tracing: Tracing;
  readonly log: Logger;
  readonly now: () => number;
}

/** The jobs of a node whose driver runs stages. */
export function openNodeJobs(options: NodeJobsOptions): NodeJobs {
  const { nodeId, executor, log, bus } = options;
  const results = createResultBook(log);
  const runner = createJobRunner({
    ...options,
    results,
    directory: join(options.stateDirectory, "stages"),
    logs: async () => openJobLogs(await bus()),
  });
  return {
    watch: (connection) => watchRuns({ bus: connection, nodeId, results, runner, log }),
    async end(programs) {
      await runner.end(programs);
      await executor.close();
    },
  };
}
