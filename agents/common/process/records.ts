import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { InstanceLimits } from "../driver.js";

/** What outlives an agent: enough to find a process again and to know that it is the same one. */
export interface ProcessRecord<M> {
  readonly id: string;
  readonly pid: number;
  /** processIdentity at the start. */
  readonly identity: string;
  readonly scopeKey: string;
  readonly limits: InstanceLimits;
  readonly startedAtMs: number;
  /** The owner's own facts. */
  readonly metadata: M;
}

/** Files of the processes of one agent. */
export interface RecordStore<M> {
  save(record: ProcessRecord<M>): void;
  /** All records; one that cannot be read is skipped, since its process can be found no longer. */
  load(): ProcessRecord<M>[];
  logFile(id: string): string;
  /** A directory for the process alone. */
  workingDirectory(id: string): string;
  /** Removes all files of a process. */
  remove(id: string): void;
}

/** Records as JSON files in a directory, each written whole before it takes its name. */
export function createRecordStore<M>(directory: string): RecordStore<M> {
  mkdirSync(directory, { recursive: true });
  const fileOf = (id: string): string => join(directory, `${id}.json`);
  return {
    save(record) {
      const partial = join(directory, `${record.id}.partial`);
      writeFileSync(partial, JSON.stringify(record));
      renameSync(partial, fileOf(record.id));
    },
    load() {
      const names = readdirSync(directory).filter((name) => name.endsWith(".json"));
      return names.flatMap((name) => readRecord<M>(join(directory, name)) ?? []);
    },
    logFile: (id) => join(directory, `${id}.log`),
    workingDirectory(id) {
      const path = join(directory, `${id}.work`);
      mkdirSync(path, { recursive: true });
      return path;
    },
    remove(id) {
      for (const suffix of ["json", "partial", "log", "log.1", "work"]) {
        rmSync(join(directory, `${id}.${suffix}`), { recursive: true, force: true });
      }
    },
  };
}

function readRecord<M>(file: string): ProcessRecord<M> | undefined {
  try {
    const record = JSON.parse(readFileSync(file, "utf8")) as Partial<ProcessRecord<M>>;
    return typeof record.pid === "number" && typeof record.identity === "string" ? (record as ProcessRecord<M>) : undefined;
  } catch {
    // Damaged by a crash of the machine: the process has ended with it.
    return undefined;
  }
}
