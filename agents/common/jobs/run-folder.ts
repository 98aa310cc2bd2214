import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";

/** The files of one attempt. */
export interface RunFolder {
  readonly path: string;
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
  /** What of its log has been sent. */
  readonly shippedBytes: number;
}

/** The folder of a run below `directory`; nothing is made yet. */
export function runFolder(directory: string, runId: string): RunFolder {
  const path = join(directory, runId);
  return {
    path,
    work: join(path, "work"),
    log: join(path, "log"),
    exit: join(path, "exit"),
    metrics: join(path, "metrics.json"),
    input: (name) => join(path, "inputs", name),
    output: (name) => join(path, "outputs", name),
  };
}

/** Makes an empty folder, whatever was there. */
export async function resetRunFolder(folder: RunFolder, outputs: readonly string[]): Promise<void> {
  await rm(folder.path, { recursive: true, force: true });
  await mkdir(folder.work, { recursive: true });
  await mkdir(join(folder.path, "inputs"));
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
    return { startedAtMs: 0, shippedBytes: 0 };
  }
}

/** Keeps it for a later agent. */
export function writeProgress(folder: RunFolder, progress: RunProgress): void {
  writeFileSync(join(folder.path, "progress.json"), JSON.stringify(progress));
}

/** Runs of which there is a folder. */
export async function listRunFolders(directory: string): Promise<string[]> {
  await mkdir(directory, { recursive: true });
  return readdir(directory);
}
