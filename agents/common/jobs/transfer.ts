import { constants } from "node:fs";
import { mkdir, open, readdir, realpath, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Bundle, Bundle__Output } from "../../../proto/gen/straightline/v1/Bundle.js";
import type { StageRun__Output } from "../../../proto/gen/straightline/v1/StageRun.js";
import { packFolder } from "../../../services/common/archive/index.js";
import type { ArtifactStore } from "../../../services/common/bus/index.js";
import { StraightLineError, systemCode } from "../../../services/common/errors/index.js";
import { unpackBundle } from "../bundles/index.js";
import type { RunFolder } from "./run-folder.js";

/** Beyond this a file of metrics is something else. */
const MAX_METRICS_BYTES = 8 * 1024;

/** Puts the job's source and the stage's inputs in their places. Rejects with ARTIFACT_INVALID or BUS_UNAVAILABLE. */
export async function fetchInputs(store: ArtifactStore, { source, inputs }: StageRun__Output, folder: RunFolder): Promise<void> {
  if (source !== null) await fetchFolder(store, source, folder.work, folder);
  for (const [name, artifact] of Object.entries(inputs)) await fetchFolder(store, artifact, folder.input(name), folder);
}

async function fetchFolder(store: ArtifactStore, { digest }: Bundle__Output, target: string, folder: RunFolder): Promise<void> {
  const packed = join(folder.path, "input.tgz");
  try {
    await store.fetch(digest, packed);
    await mkdir(target, { recursive: true });
    await unpackBundle(packed, target);
  } finally {
    await rm(packed, { force: true });
  }
}

/** Packs and stores what the stage has left. Rejects with ARTIFACT_INVALID for an output without a file, or with BUS_UNAVAILABLE. */
export async function storeOutputs(
  store: ArtifactStore,
  names: readonly string[],
  folder: RunFolder,
): Promise<Record<string, Bundle>> {
  const artifacts: Record<string, Bundle> = {};
  for (const name of names) {
    await assertOwnFolder(name, folder);
    if ((await readdir(folder.output(name)).catch(() => [])).length === 0) {
      throw new StraightLineError("ARTIFACT_INVALID", `output ${name} is empty; write files into $STRAIGHTLINE_OUTPUTS/${name}`);
    }
    const packed = join(folder.path, "output.tgz");
    artifacts[name] = await packFolder(folder.output(name), packed);
    await store.put(artifacts[name]?.digest as string, packed);
    await rm(packed);
  }
  return artifacts;
}

/** A link in its place would have the agent read what the stage itself cannot. */
async function assertOwnFolder(name: string, folder: RunFolder): Promise<void> {
  const [root, found] = await Promise.all([realpath(folder.root), realpath(folder.output(name)).catch(() => undefined)]);
  if (found === undefined || found === join(root, "outputs", name)) return;
  throw new StraightLineError("ARTIFACT_INVALID", `output ${name} is a link; make a folder of $STRAIGHTLINE_OUTPUTS/${name}`);
}

/** The numbers that a stage has written; none without a file. Rejects with ARTIFACT_INVALID when it is no flat object of numbers. */
export async function readMetrics(folder: RunFolder): Promise<Record<string, number>> {
  const value = parse(await readBounded(folder.metrics, "{}"));
  if (typeof value !== "object" || value === null || Array.isArray(value) || !Object.values(value).every(Number.isFinite)) {
    throw new StraightLineError(
      "ARTIFACT_INVALID",
      '$STRAIGHTLINE_METRICS must hold one JSON object of numbers of at most 8 KiB, as {"accuracy": 0.97}',
    );
  }
  return value as Record<string, number>;
}

/** The text of a plain file of at most MAX_METRICS_BYTES; of anything else, which a stage may have put there, nothing. */
async function readBounded(path: string, whenAbsent: string): Promise<string> {
  // Neither a link's target is read, nor is a pipe's writer waited for.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW).catch(systemCode);
  if (typeof file !== "object") return file === "ENOENT" ? whenAbsent : "";
  try {
    if (!(await file.stat()).isFile()) return "";
    const buffer = Buffer.alloc(MAX_METRICS_BYTES + 1);
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
    return bytesRead > MAX_METRICS_BYTES ? "" : buffer.toString("utf8", 0, bytesRead);
  } finally {
    await file.close();
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
