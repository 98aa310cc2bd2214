import type { ContainerInspectInfo } from "dockerode";
import type { DriverInstance, InstanceInspection } from "../common/index.js";
import { withLastWord } from "../common/process/index.js";
import { LABEL, PORT_KEY } from "./container-spec.js";

/** The instance that a running container is, reached at `host`; undefined when it is none of ours or publishes no port. */
export function instanceOf(container: ContainerInspectInfo, host: string): DriverInstance | undefined {
  const labels = container.Config.Labels;
  const instanceId = labels[LABEL.instance];
  const http = publishedAddress(container, PORT_KEY.http, host);
  if (instanceId === undefined || http === undefined) return undefined;
  return {
    instanceId,
    application: labels[LABEL.application] ?? "",
    assignment: labels[LABEL.assignment] ?? "",
    generation: Number(labels[LABEL.generation] ?? 0),
    httpEndpoint: `http://${http}`,
    grpcEndpoint: publishedAddress(container, PORT_KEY.grpc, host) ?? "",
    artifactDigest: labels[LABEL.artifact] ?? "",
    startedAtMs: Date.parse(container.State.StartedAt),
  };
}

function publishedAddress({ NetworkSettings }: ContainerInspectInfo, port: string, host: string): string | undefined {
  const binding = NetworkSettings.Ports[port]?.[0];
  return binding === undefined ? undefined : `${host}:${binding.HostPort}`;
}

/** What has become of a container; `log` is the end of its log. */
export function inspectionOf(container: ContainerInspectInfo, log: string): InstanceInspection {
  const { State, HostConfig } = container;
  if (State.Running) return { state: "running" };
  if (State.OOMKilled) {
    return { state: "exited", reason: `killed: it needed more memory than its limit of ${HostConfig.Memory ?? 0} bytes` };
  }
  const how = `exited with code ${State.ExitCode}`;
  return {
    state: "exited",
    reason: State.Error === "" ? withLastWord(how, { code: State.ExitCode }, log) : `${how}: ${State.Error}`,
  };
}
