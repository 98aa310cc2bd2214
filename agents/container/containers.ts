import type { ContainerCreateOptions, ContainerInspectInfo } from "dockerode";
import { StraightLineError } from "../../services/common/errors/index.js";
import type { DriverInstance, InstanceInspection } from "../common/index.js";
import { LAST_WORD_BYTES } from "../common/process/index.js";
import { containerName, LABEL } from "./container-spec.js";
import { CHANGE_TIMEOUT_MS, type Engine, messageOf, QUERY_TIMEOUT_MS, tolerating } from "./engine.js";
import { inspectionOf, instanceOf } from "./instance.js";
import { textOfFrames } from "./log-frames.js";
import { readingOf, type UsageReading } from "./usage.js";

const NO_PORT = "publishes no port; has the engine a bridge network?";
const MAX_LOG_LINES = 1000;
const NOT_FOUND = 404;
const NOT_MODIFIED = 304;
/** The engine is already removing it. */
const CONFLICT = 409;

/** The containers of one node on an engine, by instance. */
export interface Containers {
  /** Creates and starts one; leaves none behind when it rejects. */
  start(instanceId: string, spec: ContainerCreateOptions): Promise<DriverInstance>;
  stop(instanceId: string, graceMs: number): Promise<void>;
  inspect(instanceId: string): Promise<InstanceInspection>;
  /** Those that run; those that do not are removed. */
  recover(): Promise<DriverInstance[]>;
  reading(instanceId: string): Promise<UsageReading | undefined>;
  log(instanceId: string, maxBytes: number): Promise<string>;
}

/** The containers that carry the label of a node; clients reach them at `advertisedHost`. */
export function createContainers(engine: Engine, nodeId: string, advertisedHost: string): Containers {
  return {
    async start(instanceId, spec) {
      try {
        return await startContainer(engine, instanceId, spec, advertisedHost);
      } catch (error) {
        await removeContainer(engine, containerName(instanceId)).catch(() => undefined);
        throw startFailed(error);
      }
    },
    stop: (instanceId, graceMs) => stopContainer(engine, instanceId, graceMs),
    inspect: (instanceId) => inspectInstance(engine, instanceId),
    recover: () => recoverInstances(engine, nodeId, advertisedHost),
    reading: (instanceId) => readUsage(engine, instanceId),
    log: (instanceId, maxBytes) => readLog(engine, instanceId, maxBytes),
  };
}

async function startContainer(
  engine: Engine,
  instanceId: string,
  spec: ContainerCreateOptions,
  host: string,
): Promise<DriverInstance> {
  await engine.call("creating the container", CHANGE_TIMEOUT_MS, (docker) => docker.createContainer(spec));
  await engine.call("starting the container", CHANGE_TIMEOUT_MS, (docker) =>
    docker.getContainer(containerName(instanceId)).start(),
  );
  const container = await findContainer(engine, containerName(instanceId));
  const instance = container === undefined ? undefined : instanceOf(container, host);
  if (instance !== undefined) return instance;
  const end = container === undefined ? undefined : inspectionOf(container, await endOfLog(engine, instanceId));
  throw new StraightLineError("START_FAILED", `the container ${end?.state === "exited" ? end.reason : NO_PORT}`);
}

function startFailed(error: unknown): StraightLineError {
  if (error instanceof StraightLineError) return error;
  return new StraightLineError("START_FAILED", `the container could not be started: ${messageOf(error)}`, { cause: error });
}

async function stopContainer(engine: Engine, instanceId: string, graceMs: number): Promise<void> {
  const name = containerName(instanceId);
  // The engine counts whole seconds and kills after them.
  const graceSeconds = Math.ceil(graceMs / 1000);
  await tolerating([NOT_FOUND, NOT_MODIFIED], () =>
    engine.call("stopping the container", graceMs + CHANGE_TIMEOUT_MS, (docker) =>
      docker.getContainer(name).stop({ t: graceSeconds }),
    ),
  );
  await removeContainer(engine, name);
}

async function removeContainer(engine: Engine, nameOrId: string): Promise<void> {
  await tolerating([NOT_FOUND, CONFLICT], () =>
    engine.call("removing the container", CHANGE_TIMEOUT_MS, (docker) =>
      docker.getContainer(nameOrId).remove({ force: true, v: true }),
    ),
  );
}

async function inspectInstance(engine: Engine, instanceId: string): Promise<InstanceInspection> {
  const container = await findContainer(engine, containerName(instanceId));
  if (container === undefined) return { state: "absent" };
  return inspectionOf(container, container.State.Running ? "" : await endOfLog(engine, instanceId));
}

async function findContainer(engine: Engine, nameOrId: string): Promise<ContainerInspectInfo | undefined> {
  return tolerating([NOT_FOUND], () =>
    engine.call("inspecting the container", QUERY_TIMEOUT_MS, (docker) => docker.getContainer(nameOrId).inspect()),
  );
}

/** What has been created but not started, or has ended, is of no use to an agent that knows nothing of it. */
async function recoverInstances(engine: Engine, nodeId: string, host: string): Promise<DriverInstance[]> {
  const found = await engine.call("listing containers", QUERY_TIMEOUT_MS, (docker) =>
    docker.listContainers({ all: true, filters: { label: [`${LABEL.node}=${nodeId}`] } }),
  );
  const instances: DriverInstance[] = [];
  for (const { Id, State } of found) {
    const container = State === "running" ? await findContainer(engine, Id) : undefined;
    const instance = container === undefined ? undefined : instanceOf(container, host);
    if (instance === undefined) await removeContainer(engine, Id);
    else instances.push(instance);
  }
  return instances;
}

async function readUsage(engine: Engine, instanceId: string): Promise<UsageReading | undefined> {
  // One-shot: without it the engine takes a second reading one to two seconds later to compute a difference that we compute ourselves.
  const stats = await tolerating([NOT_FOUND], () =>
    engine.call("reading the container's statistics", QUERY_TIMEOUT_MS, (docker) =>
      docker.getContainer(containerName(instanceId)).stats({ stream: false, "one-shot": true }),
    ),
  );
  return stats === undefined ? undefined : readingOf(stats);
}

async function readLog(engine: Engine, instanceId: string, maxBytes: number): Promise<string> {
  const frames = await tolerating([NOT_FOUND], () =>
    engine.call("reading the container's log", QUERY_TIMEOUT_MS, (docker) =>
      docker.getContainer(containerName(instanceId)).logs({ stdout: true, stderr: true, tail: MAX_LOG_LINES }),
    ),
  );
  return frames === undefined ? "" : Buffer.from(textOfFrames(frames)).subarray(-maxBytes).toString("utf8");
}

/** An exit is reported without it where the log cannot be read. */
function endOfLog(engine: Engine, instanceId: string): Promise<string> {
  return readLog(engine, instanceId, LAST_WORD_BYTES).catch(() => "");
}
