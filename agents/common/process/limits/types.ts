import type { InstanceLimits, LimitMechanism } from "../../driver.js";
import type { TreeUsage } from "../tree.js";

/** Limits around one process and all that it starts. */
export interface LimitScope {
  /** Names the scope, so that a later agent can open it again. */
  readonly key: string;
  /** The command that starts `argv` inside the limits. */
  wrap(argv: readonly string[]): string[];
  usage(pid: number): TreeUsage | undefined;
  /** True when the kernel has killed in this scope for want of memory. */
  killedForMemory(): boolean;
  /** Ends whatever still runs inside and removes the scope. */
  remove(): Promise<void>;
}

/** A way to enforce limits. */
export interface LimitBackend {
  readonly cpuLimit: LimitMechanism;
  readonly memoryLimit: LimitMechanism;
  /** Throws a system error when the kernel refuses. */
  create(id: string, limits: InstanceLimits): LimitScope;
  /** The scope of an earlier agent, by its key. */
  reopen(key: string): LimitScope;
}
