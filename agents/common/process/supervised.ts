import type { ChildProcess } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import type { InstanceInspection, InstanceUsage } from "../driver.js";
import { processIdentity, signalGroup } from "./identity.js";
import { LAST_WORD_BYTES, type ProgramEnd, withLastWord } from "./last-word.js";
import type { LimitScope } from "./limits/index.js";
import { boundLogFile, tailOf } from "./log-file.js";
import type { ProcessRecord, RecordStore } from "./records.js";
import type { TreeUsage } from "./tree.js";

/** A process under supervision. */
export interface SupervisedProcess<M> {
  readonly record: ProcessRecord<M>;
  inspect(): InstanceInspection;
  /** CPU over the time since the last call; undefined when the process is gone. */
  usage(): InstanceUsage | undefined;
  /** SIGTERM, after `graceMs` SIGKILL, to the whole process group; then its limits and files are removed. */
  stop(graceMs: number): Promise<void>;
  /** The last `maxBytes` of its output. */
  tail(maxBytes: number): string;
  /** Kills it when it is over its memory limit, for use where the kernel does not. */
  enforceMemory(): void;
  /** Keeps its log within bounds. */
  boundLog(limitBytes: number): void;
}

/** How often a stopping process is looked at. */
const STOP_POLL_MS = 20;
/** SIGKILL acts as soon as the kernel gets to it; a process in an uninterruptible wait may take longer. */
const KILL_WAIT_MS = 3000;

/** What a supervised process is made of. `child` is absent when an earlier agent started it. */
export interface SupervisedParts<M> {
  readonly record: ProcessRecord<M>;
  readonly scope: LimitScope;
  readonly store: RecordStore<M>;
  readonly child: ChildProcess | undefined;
  readonly now: () => number;
  readonly onExit: () => void;
}

/** Supervision of a process that runs. */
export function superviseProcess<M>({ record, scope, store, child, now, onExit }: SupervisedParts<M>): SupervisedProcess<M> {
  let exitReason: string | undefined;
  let overMemory = false;
  let last: { readonly atMs: number; readonly usage: TreeUsage } | undefined;
  const noteExit = (how: string, end: ProgramEnd = {}): void => {
    const limitBytes = record.limits.memoryBytes;
    exitReason ??=
      overMemory || scope.killedForMemory()
        ? `killed over its memory limit of ${limitBytes} bytes`
        : withLastWord(`the process ${how}`, end, tail(LAST_WORD_BYTES));
    onExit();
  };
  const tail = (maxBytes: number): string => tailOf(store.logFile(record.id), maxBytes);
  const alive = (): boolean => exitReason === undefined && processIdentity(record.pid) === record.identity;
  child?.once("exit", (code, signal) =>
    noteExit(signal === null ? `exited with code ${code}` : `was ended by ${signal}`, { code, signal }),
  );
  return {
    record,
    tail,
    inspect() {
      // A child's own exit event tells more, and comes at once.
      if (child === undefined && exitReason === undefined && !alive()) noteExit("has ended");
      return exitReason === undefined ? { state: "running" } : { state: "exited", reason: exitReason };
    },
    usage() {
      const usage = alive() ? scope.usage(record.pid) : undefined;
      if (usage === undefined) return undefined;
      const atMs = now();
      const cpuMillicores = last === undefined ? 0 : millicores(last, { atMs, usage });
      last = { atMs, usage };
      return { cpuMillicores, memoryBytes: usage.memoryBytes };
    },
    async stop(graceMs) {
      if (alive()) {
        signalGroup(record.pid, "SIGTERM");
        if (!(await gone(alive, graceMs))) signalGroup(record.pid, "SIGKILL");
        await gone(alive, KILL_WAIT_MS);
      }
      // Descendants that outlived their parent still form its group; a pid in use again would be another's.
      if (processIdentity(record.pid) === undefined) signalGroup(record.pid, "SIGKILL");
      await scope.remove();
      store.remove(record.id);
    },
    enforceMemory() {
      const used = record.limits.memoryBytes > 0 && alive() ? scope.usage(record.pid)?.memoryBytes : undefined;
      if (used === undefined || used <= record.limits.memoryBytes) return;
      overMemory = true;
      signalGroup(record.pid, "SIGKILL");
    },
    boundLog: (limitBytes) => boundLogFile(store.logFile(record.id), limitBytes),
  };
}

function millicores(
  before: { readonly atMs: number; readonly usage: TreeUsage },
  after: { readonly atMs: number; readonly usage: TreeUsage },
): number {
  const elapsedMs = after.atMs - before.atMs;
  return elapsedMs <= 0 ? 0 : Math.max(0, Math.round(((after.usage.cpuMs - before.usage.cpuMs) / elapsedMs) * 1000));
}

async function gone(alive: () => boolean, withinMs: number): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < withinMs; waitedMs += STOP_POLL_MS) {
    if (!alive()) return true;
    await delay(STOP_POLL_MS);
  }
  return !alive();
}
