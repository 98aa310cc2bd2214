import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, statSync } from "node:fs";
import { StraightLineError, systemCode } from "../../../services/common/errors/index.js";
import { diskFull, STATE_DIRECTORY } from "../disk/index.js";
import type { InstanceLimits, LimitMechanism } from "../driver.js";
import { processIdentity, signalGroup } from "./identity.js";
import type { LimitBackend, LimitScope } from "./limits/index.js";
import { createRecordStore, type ProcessRecord } from "./records.js";
import { type SupervisedProcess, superviseProcess } from "./supervised.js";

/** A process to start. */
export interface ProcessSpec<M> {
  /** Unique, of a-z, 0-9 and '-'. */
  readonly id: string;
  readonly argv: readonly string[];
  /** Empty: a directory of its own, removed with it. */
  readonly workingDirectory: string;
  /** The whole environment: nothing of the agent's own is added. */
  readonly environment: Readonly<Record<string, string>>;
  readonly limits: InstanceLimits;
  /** Kept with the process, for whoever recovers it. JSON. */
  readonly metadata: M;
}

/** Starts processes that outlive this one, with limits, logs and records. */
export interface ProcessSupervisor<M> {
  readonly cpuLimit: LimitMechanism;
  readonly memoryLimit: LimitMechanism;
  /** Rejects with START_FAILED; nothing is left then. */
  start(spec: ProcessSpec<M>): Promise<SupervisedProcess<M>>;
  /** Processes of an earlier supervisor of this directory; what is left of those that ended meanwhile is removed. */
  recover(): Promise<SupervisedProcess<M>[]>;
  /** `listener` is called when any process exits. */
  onExit(listener: () => void): void;
  /** Ends the supervision; processes go on. */
  close(): void;
}

/** What a supervisor needs. */
export interface SupervisorOptions {
  /** For records and logs. */
  readonly directory: string;
  readonly limits: LimitBackend;
  readonly now: () => number;
}

/** A log is cut when it is larger than this; with its older part at most one and a half times as much is on disk. */
const LOG_LIMIT_BYTES = 4 * 1024 * 1024;
const LOG_CHECK_MS = 5000;
/** How often memory is looked at where the kernel does not enforce it. */
const MEMORY_CHECK_MS = 250;

/** A supervisor of processes. */
export function createProcessSupervisor<M>({ directory, limits, now }: SupervisorOptions): ProcessSupervisor<M> {
  const store = createRecordStore<M>(directory);
  const listeners: (() => void)[] = [];
  const supervised = new Map<string, SupervisedProcess<M>>();
  const timers = [
    setInterval(() => {
      for (const one of supervised.values()) one.boundLog(LOG_LIMIT_BYTES);
    }, LOG_CHECK_MS),
    setInterval(() => {
      if (limits.memoryLimit !== "watchdog") return;
      for (const one of supervised.values()) one.enforceMemory();
    }, MEMORY_CHECK_MS),
  ];
  for (const timer of timers) timer.unref();
  const adopt = (record: ProcessRecord<M>, scope: LimitScope, child?: ChildProcess): SupervisedProcess<M> => {
    const onExit = (): void => {
      for (const listener of listeners) listener();
    };
    const one = superviseProcess({ record, scope, store, child, now, onExit });
    supervised.set(record.id, one);
    return { ...one, stop: (graceMs) => one.stop(graceMs).finally(() => supervised.delete(record.id)) };
  };
  return {
    cpuLimit: limits.cpuLimit,
    memoryLimit: limits.memoryLimit,
    async start(spec) {
      const scope = createScope(limits, spec);
      let pid: number | undefined;
      try {
        const workingDirectory = spec.workingDirectory || store.workingDirectory(spec.id);
        assertWorkingDirectory(spec.id, workingDirectory);
        const child = await launch(scope.wrap(spec.argv), spec, workingDirectory, store.logFile(spec.id));
        pid = child.pid as number;
        const identity = processIdentity(pid) ?? "ended";
        const { id, metadata } = spec;
        const record = { id, pid, identity, scopeKey: scope.key, limits: spec.limits, startedAtMs: now(), metadata };
        store.save(record);
        return adopt(record, scope, child);
      } catch (error) {
        // Without a record no later agent would find it again.
        if (pid !== undefined) signalGroup(pid, "SIGKILL");
        await scope.remove();
        store.remove(spec.id);
        throw diskFull(error, directory, STATE_DIRECTORY) ?? startFailed(spec, error);
      }
    },
    async recover() {
      const running: SupervisedProcess<M>[] = [];
      for (const record of store.load()) {
        const one = adopt(record, limits.reopen(record.scopeKey));
        if (one.inspect().state === "running") running.push(one);
        else await one.stop(0);
      }
      return running;
    },
    onExit: (listener) => void listeners.push(listener),
    close: () => timers.forEach(clearInterval),
  };
}

/** Node would blame the program. */
function assertWorkingDirectory(id: string, directory: string): void {
  const fault = faultOfDirectory(directory);
  if (fault !== undefined) throw new StraightLineError("START_FAILED", `${id}: ${fault}`);
}

function faultOfDirectory(directory: string): string | undefined {
  try {
    return statSync(directory).isDirectory() ? undefined : `the working directory ${directory} is no folder`;
  } catch (error) {
    const code = systemCode(error);
    return code === "ENOENT"
      ? `there is no working directory ${directory} on this node`
      : `the working directory ${directory} cannot be used (${code})`;
  }
}

function createScope<M>(limits: LimitBackend, spec: ProcessSpec<M>): LimitScope {
  try {
    return limits.create(spec.id, spec.limits);
  } catch (error) {
    throw startFailed(spec, error, "its limits cannot be set");
  }
}

/** The output goes straight to a file, so that it is kept while no agent runs. */
async function launch<M>(argv: readonly string[], spec: ProcessSpec<M>, cwd: string, logFile: string): Promise<ChildProcess> {
  const log = openSync(logFile, "a", 0o600);
  try {
    const [program, ...args] = argv as [string, ...string[]];
    const child = spawn(program, args, { cwd, env: { ...spec.environment }, detached: true, stdio: ["ignore", log, log] });
    // Also rejects on "error", which comes in its place.
    await once(child, "spawn");
    child.unref();
    return child;
  } finally {
    closeSync(log);
  }
}

function startFailed<M>(spec: ProcessSpec<M>, error: unknown, why = systemCode(error) ?? "unknown fault"): StraightLineError {
  if (error instanceof StraightLineError) return error;
  return new StraightLineError("START_FAILED", `${spec.id}: ${spec.argv[0]} did not start (${why})`, { cause: error });
}
