import Docker from "dockerode";
import { StraightLineError } from "../../common/errors/index.js";
import { withTimeout } from "../../common/lifecycle/index.js";
import { aborted } from "../aborted.js";
import { answersAsJaeger, type JaegerPorts, type JaegerProcess, jaegerAt } from "./jaeger-process.js";

/** Jaeger's official image. */
export const JAEGER_IMAGE = "jaegertracing/jaeger:2.13.0";

/** How the official image is run. */
export interface JaegerContainerOptions {
  readonly socketPath: string;
  readonly configFile: string;
  /** On this machine's loopback; inside the container they are Jaeger's own. */
  readonly ports: JaegerPorts;
  /** False: the image must be there. */
  readonly mayPull: boolean;
  /** Ends a pull. */
  readonly signal: AbortSignal;
}

const CONFIG_PATH = "/etc/straightline/jaeger.yaml";
const CALL_TIMEOUT_MS = 15_000;
/** Some forty megabytes; whoever waits longer would rather see the mesh come up. */
const PULL_TIMEOUT_MS = 90_000;
const READY_TIMEOUT_MS = 30_000;
const POLL_MS = 100;
const NOT_FOUND = 404;

/** Runs Jaeger's official image until it is stopped. Rejects with COMPONENT_MISSING when the image cannot be had, else START_FAILED. */
export async function startJaegerContainer(options: JaegerContainerOptions): Promise<JaegerProcess> {
  const { socketPath, ports } = options;
  // An empty host keeps the client from preferring DOCKER_HOST to the socket.
  const docker = new Docker({ host: "", socketPath });
  if (!(await hasImage(docker))) await pull(docker, options);
  const container = await bounded(docker.createContainer(specification(options)), "creating Jaeger's container");
  const stop = async (): Promise<void> => {
    await bounded(container.remove({ force: true, v: true }), "removing Jaeger's container");
  };
  try {
    await bounded(container.start(), "starting Jaeger's container");
    await untilAnswering(`http://127.0.0.1:${ports.query}`);
  } catch (error) {
    await stop().catch(() => undefined);
    throw new StraightLineError("START_FAILED", `${JAEGER_IMAGE} could not be started`, { cause: error });
  }
  return { ...jaegerAt(ports), stop };
}

function specification({ configFile, ports }: JaegerContainerOptions): Docker.ContainerCreateOptions {
  const published = (port: number) => [{ HostIp: "127.0.0.1", HostPort: String(port) }];
  const bindings = {
    "16686/tcp": published(ports.query),
    "4318/tcp": published(ports.otlpHttp),
    "4317/tcp": published(ports.otlpGrpc),
  };
  return {
    Image: JAEGER_IMAGE,
    Cmd: ["--config", `file:${CONFIG_PATH}`],
    // The container's own network is the border; its ports are published on loopback alone.
    Env: ["JAEGER_LISTEN_HOST=0.0.0.0"],
    ExposedPorts: Object.fromEntries(Object.keys(bindings).map((port) => [port, {}])),
    HostConfig: { Binds: [`${configFile}:${CONFIG_PATH}:ro`], PortBindings: bindings },
  };
}

async function hasImage(docker: Docker): Promise<boolean> {
  try {
    await bounded(docker.getImage(JAEGER_IMAGE).inspect(), "looking for Jaeger's image");
    return true;
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === NOT_FOUND) return false;
    throw error;
  }
}

async function pull(docker: Docker, { mayPull, signal }: JaegerContainerOptions): Promise<void> {
  if (!mayPull) throw new StraightLineError("COMPONENT_MISSING", `${JAEGER_IMAGE} is not there, and pulling is switched off`);
  const work = docker.pull(JAEGER_IMAGE, { abortSignal: signal }).then(
    (progress) =>
      new Promise<void>((resolve, reject) => {
        docker.modem.followProgress(progress, (error) => (error === null ? resolve() : reject(error)));
      }),
  );
  try {
    await withTimeout(Promise.race([work, aborted(signal)]), PULL_TIMEOUT_MS, `pulling ${JAEGER_IMAGE}`);
  } catch (error) {
    throw new StraightLineError("COMPONENT_MISSING", `${JAEGER_IMAGE} cannot be pulled`, { cause: error });
  }
}

async function untilAnswering(url: string): Promise<void> {
  for (let poll = 0; poll < READY_TIMEOUT_MS / POLL_MS; poll++) {
    if (await answersAsJaeger(url)) return;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new StraightLineError("START_FAILED", `it does not answer after ${READY_TIMEOUT_MS / 1000} s`);
}

function bounded<T>(work: Promise<T>, what: string): Promise<T> {
  return withTimeout(work, CALL_TIMEOUT_MS, what);
}
