import type { ContainerCreateOptions } from "dockerode";
import type { StartRequest } from "../common/index.js";
import { resourceAttributes } from "../common/process/index.js";
import { CONTAINER_PORT } from "./bundle-images.js";
import { gpuDeviceRequest } from "./gpus.js";
import type { ReadyImage } from "./images.js";

/** Labels by which an agent knows its containers again. */
export const LABEL = {
  node: "straightline.node",
  instance: "straightline.instance",
  application: "straightline.application",
  assignment: "straightline.assignment",
  generation: "straightline.generation",
  artifact: "straightline.artifact",
} as const;

/** Keys of published ports in the engine's language. */
export const PORT_KEY = { http: `${CONTAINER_PORT.http}/tcp`, grpc: `${CONTAINER_PORT.grpc}/tcp` } as const;

const TMP_BYTES = 64 * 1024 ** 2;
/** A fork bomb ends here; onnxruntime and libuv together use some dozens. */
const MAX_PROCESSES = 512;
const NANO_PER_MILLI = 1_000_000;

/** What a container is made of, apart from the request. */
export interface SpecOptions {
  readonly nodeId: string;
  readonly image: ReadyImage;
  /** Cores of the engine's machine; it refuses a limit above them, which would limit nothing. */
  readonly engineCores: number;
  /** IPv4 address that the ports are published on. */
  readonly publishedAddress: string;
  /** Where the workload sends traces; undefined: it cannot. */
  readonly otlpEndpoint: string | undefined;
}

/** The name of an instance's container. */
export function containerName(instanceId: string): string {
  return `straightline-${instanceId}`;
}

/** How an instance is created on the engine. */
export function containerSpec(request: StartRequest, options: SpecOptions): ContainerCreateOptions {
  const ports = portsOf(request, options.image);
  return {
    name: containerName(request.instanceId),
    Image: options.image.reference,
    ...(request.artifact.type === "image" && request.artifact.command.length > 0 ? { Cmd: [...request.artifact.command] } : {}),
    Env: Object.entries(environmentOf(request, options)).map(([name, value]) => `${name}=${value}`),
    Labels: labelsOf(request, options),
    ExposedPorts: Object.fromEntries(ports.map((port) => [port, {}])),
    HostConfig: {
      ...limits(request, options.engineCores),
      ...confinement(request),
      // The engine chooses free ports.
      PortBindings: Object.fromEntries(ports.map((port) => [port, [{ HostIp: options.publishedAddress, HostPort: "" }]])),
      // The agent restarts what has ended, with a back-off and a report.
      RestartPolicy: { Name: "no" },
      LogConfig: { Type: "json-file", Config: { "max-size": "10m" } },
    },
  };
}

function portsOf({ artifact }: StartRequest, image: ReadyImage): string[] {
  const grpc = artifact.type === "bundle" || image.exposedPorts.includes(PORT_KEY.grpc);
  return grpc ? [PORT_KEY.http, PORT_KEY.grpc] : [PORT_KEY.http];
}

/** A container's network namespace is its border, so the workload listens on all of its interfaces. */
function environmentOf(request: StartRequest, { otlpEndpoint }: SpecOptions): Record<string, string> {
  const { instanceId, environment, concurrency, traceparent } = request;
  return {
    ...environment,
    HOST: "0.0.0.0",
    PORT: String(CONTAINER_PORT.http),
    GRPC_PORT: String(CONTAINER_PORT.grpc),
    STRAIGHTLINE_MODEL_SERVER_CONCURRENCY: String(concurrency),
    OTEL_RESOURCE_ATTRIBUTES: resourceAttributes(instanceId, environment),
    ...(traceparent === undefined ? {} : { TRACEPARENT: traceparent }),
    ...(otlpEndpoint === undefined ? {} : { OTEL_EXPORTER_OTLP_ENDPOINT: otlpEndpoint }),
  };
}

function labelsOf(request: StartRequest, { nodeId, image }: SpecOptions): Record<string, string> {
  return {
    [LABEL.node]: nodeId,
    [LABEL.instance]: request.instanceId,
    [LABEL.application]: request.application,
    [LABEL.assignment]: request.assignment,
    [LABEL.generation]: String(request.generation),
    [LABEL.artifact]: image.digest,
  };
}

/** MemorySwap equal to Memory: no swap, or the limit would be paid in response time. */
function limits(request: StartRequest, engineCores: number) {
  const { cpuMillicores, memoryBytes } = request.limits;
  const cores = Math.min(cpuMillicores, engineCores * 1000);
  return {
    ...(cores > 0 ? { NanoCpus: cores * NANO_PER_MILLI } : {}),
    ...(memoryBytes > 0 ? { Memory: memoryBytes, MemorySwap: memoryBytes } : {}),
    ...gpusOf(request),
    PidsLimit: MAX_PROCESSES,
  };
}

function gpusOf({ gpus, gpuDevices }: StartRequest) {
  if (gpuDevices.length > 0) return gpuDeviceRequest(gpuDevices);
  return gpus > 0 ? { DeviceRequests: [{ Driver: "", Count: gpus, Capabilities: [["gpu"]] }] } : {};
}

/** A user's own image may well write into its own file system; that layer goes with the container. */
function confinement({ artifact }: StartRequest) {
  return {
    CapDrop: ["ALL"],
    SecurityOpt: ["no-new-privileges"],
    ReadonlyRootfs: artifact.type === "bundle",
    Tmpfs: { "/tmp": `rw,noexec,nosuid,nodev,size=${TMP_BYTES}` },
  };
}
