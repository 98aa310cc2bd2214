import type { InstanceLimits } from "../driver.js";
import type { RunFolder } from "./run-folder.js";

/** A stage to start. */
export interface StageStart {
  /** Unique on the node, of a-z, 0-9 and '-'. */
  readonly runId: string;
  /** Prepared: source, inputs and places for outputs are there. */
  readonly folder: RunFolder;
  /** Program and arguments; empty: the image's own. */
  readonly command: readonly string[];
  /** Empty: no container. */
  readonly image: string;
  /** The stage's own; where its folders are, and what the kind of node needs, is added. */
  readonly environment: Readonly<Record<string, string>>;
  readonly limits: InstanceLimits;
  /** Numbers of the GPUs that it may use; it must see no other. */
  readonly gpuDevices: readonly number[];
}

/** What has become of a stage. `reason` is one sentence. "absent": nothing is known of it, nor of how it ended. */
export type StageInspection =
  | { readonly state: "running" }
  | { readonly state: "exited"; readonly code: number; readonly reason: string }
  | { readonly state: "absent"; readonly reason: string };

/** Runs stages of jobs on one kind of node. Every method rejects with a StraightLineError only. */
export interface StageExecutor {
  /** Resolves when the program runs; what it writes goes to the folder's log. When it rejects nothing is left. */
  start(stage: StageStart): Promise<void>;
  /** "exited" only once its log is whole. Stages outlive the agent: those of an earlier one are known too. */
  inspect(runId: string, folder: RunFolder): Promise<StageInspection>;
  /** Asks the program to end, ends it after `graceMs`, and removes what is left of it, but not the folder. Harmless when absent. */
  stop(runId: string, graceMs: number): Promise<void>;
  /** Called once, before anything else: runs of which an earlier agent of this node has left something. */
  recover(): Promise<string[]>;
  close(): Promise<void>;
}

/** Ability of a driver: its node runs stages of jobs. */
export interface StageSource {
  readonly stages: StageExecutor;
}

/** Whether a driver's node runs stages. */
export function isStageSource<T extends object>(driver: T): driver is T & StageSource {
  return "stages" in driver;
}

/** What every stage finds in its environment, `root` being its folder as it sees it. */
export function stageFolders(root: string): Record<string, string> {
  return {
    STRAIGHTLINE_INPUTS: `${root}/inputs`,
    STRAIGHTLINE_OUTPUTS: `${root}/outputs`,
    STRAIGHTLINE_METRICS: `${root}/metrics.json`,
  };
}
