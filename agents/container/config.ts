import { type AgentConfig, agentSchema } from "../common/index.js";

/** Values of containerAgentSchema. */
export interface ContainerAgentConfig extends AgentConfig {
  readonly dockerSocket: string;
  readonly pullTimeoutMs: number;
}

/** The schema of the container agent: the agents' common keys and where its engine is. */
export const containerAgentSchema = {
  ...agentSchema("container", "keep"),
  dockerSocket: {
    doc: "Socket of the container engine (Docker, or podman's compatible one)",
    format: "non-empty",
    default: "/var/run/docker.sock",
    env: "STRAIGHTLINE_AGENT_DOCKER_SOCKET",
    arg: "docker-socket",
  },
  pullTimeoutMs: {
    doc: "Time that pulling an image may take",
    format: "duration-ms",
    default: 600_000,
    env: "STRAIGHTLINE_AGENT_PULL_TIMEOUT",
    arg: "pull-timeout",
  },
} as const;
