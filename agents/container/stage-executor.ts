import { createWriteStream, statSync } from "node:fs";
import { PassThrough, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ContainerInspectInfo } from "dockerode";
import { StraightLineError } from "../../services/common/errors/index.js";
import { withTimeout } from "../../services/common/lifecycle/index.js";
import { type RunFolder, readProgress, type StageExecutor, type StageInspection, type StageStart } from "../common/jobs/index.js";
import { LAST_WORD_BYTES, tailOf, withLastWord } from "../common/process/index.js";
import { CHANGE_TIMEOUT_MS, type Engine, messageOf, QUERY_TIMEOUT_MS, tolerating } from "./engine.js";
import type { Images } from "./images.js";
import { STAGE_LABEL, stageContainerName, stageSpec } from "./stage-spec.js";

/** What the executor needs. */
export interface ContainerStagesOptions {
  readonly engine: Engine;
  readonly images: Images;
  readonly nodeId: string;
  /** `<uid>:<gid>` of the agent. */
  readonly user: string;
  readonly engineCores: () => Promise<number>;
}

/** After a container's end its log ends at once; an engine that does not end it is not waited for. */
const LOG_END_MS = 5000;

/** Stages as containers, each with its folder mounted. */
export function createContainerStages(options: ContainerStagesOptions): StageExecutor {
  const { engine, nodeId } = options;
  const logs = new Map<string, Promise<void>>();
  const ended = new AbortController();
  const followLog = (runId: string, folder: RunFolder): Promise<void> => {
    // One that has ended is begun again: whether the container's end or the engine's has ended it nobody can tell.
    const following = logs.get(runId) ?? copyLog(engine, runId, folder, ended.signal).finally(() => logs.delete(runId));
    logs.set(runId, following);
    return following;
  };
  return {
    async start(stage) {
      await startContainer(options, stage);
      void followLog(stage.runId, stage.folder);
    },
    async inspect(runId, folder) {
      const container = await findContainer(engine, runId);
      if (container === undefined) return { state: "absent", reason: "the container has gone" };
      const log = followLog(runId, folder);
      if (container.State.Running) return { state: "running" };
      await withTimeout(log, LOG_END_MS, "the end of the log").catch(() => undefined);
      return inspectionOf(container, folder);
    },
    async stop(runId, graceMs) {
      const name = stageContainerName(runId);
      const graceSeconds = Math.ceil(graceMs / 1000);
      await tolerating([304, 404], () =>
        engine.call("stopping the stage", graceMs + CHANGE_TIMEOUT_MS, (docker) =>
          docker.getContainer(name).stop({ t: graceSeconds }),
        ),
      );
      await tolerating([404, 409], () =>
        engine.call("removing the stage", CHANGE_TIMEOUT_MS, (docker) =>
          docker.getContainer(name).remove({ force: true, v: true }),
        ),
      );
    },
    async recover() {
      const found = await engine.call("listing stages", QUERY_TIMEOUT_MS, (docker) =>
        docker.listContainers({ all: true, filters: { label: [`${STAGE_LABEL.node}=${nodeId}`] } }),
      );
      return found.flatMap(({ Labels }) => Labels[STAGE_LABEL.run] ?? []);
    },
    async close() {
      ended.abort();
      await Promise.all(logs.values());
    },
  };
}

async function startContainer({ engine, images, nodeId, user, engineCores }: ContainerStagesOptions, stage: StageStart) {
  await images.ready({ type: "image", reference: stage.image, command: stage.command });
  const spec = stageSpec(stage, { nodeId, user, engineCores: await engineCores() });
  const name = stageContainerName(stage.runId);
  try {
    await engine.call("creating the stage", CHANGE_TIMEOUT_MS, (docker) => docker.createContainer(spec));
    await engine.call("starting the stage", CHANGE_TIMEOUT_MS, (docker) => docker.getContainer(name).start());
  } catch (error) {
    const remove = engine.call("removing the stage", CHANGE_TIMEOUT_MS, (docker) =>
      docker.getContainer(name).remove({ force: true }),
    );
    await remove.catch(() => undefined);
    if (error instanceof StraightLineError) throw error;
    throw new StraightLineError("START_FAILED", `the stage's container could not be started: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/** Copies to the folder what of the log is not there yet, as it grows; resolves at its end, or when the engine goes away. Never rejects. */
async function copyLog(engine: Engine, runId: string, folder: RunFolder, signal: AbortSignal): Promise<void> {
  const text = new PassThrough();
  // Appended, so that the file may be cut meanwhile; what has been copied before is passed by, so that it never shrinks under its reader.
  const isCut = (readProgress(folder)?.log.cutBytes ?? 0) > 0;
  const { size, mtimeMs } = statSync(folder.log, { throwIfNoEntry: false }) ?? { size: 0, mtimeMs: 0 };
  try {
    const frames = await engine.stream(async (docker) => {
      const since = isCut ? { since: mtimeMs / 1000 } : {};
      const options = { follow: true, stdout: true, stderr: true, abortSignal: signal, ...since } as const;
      const stream = await docker.getContainer(stageContainerName(runId)).logs(options);
      docker.modem.demuxStream(stream, text, text);
      return stream;
    });
    for (const event of ["end", "error", "close"]) frames.on(event, () => text.end());
    await pipeline(text, skip(isCut ? 0 : size), createWriteStream(folder.log, { flags: "a" }), { signal });
  } catch {
    // What has been copied until then is shown.
  }
}

function skip(bytes: number): Transform {
  let left = bytes;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const rest = chunk.subarray(left);
      left -= chunk.length - rest.length;
      done(null, rest);
    },
  });
}

async function findContainer(engine: Engine, runId: string): Promise<ContainerInspectInfo | undefined> {
  return tolerating([404], () =>
    engine.call("inspecting the stage", QUERY_TIMEOUT_MS, (docker) => docker.getContainer(stageContainerName(runId)).inspect()),
  );
}

function inspectionOf({ State }: ContainerInspectInfo, folder: RunFolder): StageInspection {
  if (State.OOMKilled)
    return { state: "exited", code: State.ExitCode || 137, reason: "the container was killed over its memory limit" };
  const how = `the container exited with code ${State.ExitCode}`;
  return {
    state: "exited",
    code: State.ExitCode,
    reason: withLastWord(how, { code: State.ExitCode }, tailOf(folder.log, LAST_WORD_BYTES)),
  };
}
