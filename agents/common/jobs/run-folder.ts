import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";

/** The files of one attempt. */
export interface RunFolder {
  readonly path: string;
  /** The stage's own part of it, all that a container sees; what it leaves there is not trusted. */
  readonly root: string;
  readonly work: string;
  /** Standard output and error. */
  readonly log: string;
  /** Exit code of a process, once it has ended. */
  readonly exit: string;
  readonly metrics: string;
  input(name: string): string;
  output(name: string): string;
}

/** What is kept of an attempt beside its files. */
export interface RunProgress {
  /** Set just before the program is started. */
  readonly startedAtMs: number;
  readonly log: SentLog;
}

/** What of a log has been sent. */
export interface SentLog {
  readonly shippedBytes: number;
  /** The file begins after as many: it is cut now and then. */
  readonly cutBytes: number;
}

/** Of a log that has just begun. */
export const NOTHING_SENT: SentLog = { shippedBytes: 0, cutBytes: 0 };

/** The folder of a run below `directory`; nothing is made yet. */
export function runFolder(directory: string, runId: string): RunFolder {
  const path = join(directory, runId);
  const root = join(path, "stage");
  return {
    path,
    root,
    work: join(root, "work"),
    log: join(path, "log"),
    exit: join(path, "exit"),
    metrics: join(root, "metrics.json"),
    input: (name) => join(root, "inputs", name),
    output: (name) => join(root, "outputs", name),
  };
}

/** Makes an empty folder, whatever was there. */
export async function resetRunFolder(folder: RunFolder, outputs: readonly string[]): Promise<void> {
  await rm(folder.path, { recursive: true, force: true });
  await mkdir(folder.work, { recursive: true });
  await mkdir(join(folder.root, "inputs"));
  for (const name of outputs) await mkdir(folder.output(name), { recursive: true });
}

/** Undefined before the program was started. */
export function readProgress(folder: RunFolder): RunProgress | undefined {
  const file = join(folder.path, "progress.json");
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, "utf8")) as RunProgress;
  } catch {
    // Cut off by a crash of the machine, and the program has ended with it.
    return { startedAtMs: 0, log: NOTHING_SENT };
  }
}

/** Keeps it for a later agent. */
export function writeProgress(folder: RunFolder, progress: RunProgress): void {
  const file = join(folder.path, "progress.json");
  // Never half written: of a program whose start is not known the time would be over at once.
  writeFileSync(`${file}.new`, JSON.stringify(progress));
  renameSync(`${file}.new`, file);
}

/** Runs of which there is a folder. */
export async function listRunFolders(directory: string): Promise<string[]> {
  await mkdir(directory, { recursive: true });
  return readdir(directory);
}
