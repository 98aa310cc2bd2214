import Docker from "dockerode";

/** An agent's containers on an engine. */
export interface ContainerHost {
  readonly nodeId: string;
  readonly socketPath: string;
}

/** How many there are, running or not. */
export async function containersOf(host: ContainerHost): Promise<number> {
  return (await list(host)).length;
}

/** Removes those that outlive their agent. */
export async function removeContainersOf(host: ContainerHost): Promise<void> {
  const docker = clientOf(host);
  for (const { Id } of await list(host)) await docker.getContainer(Id).remove({ force: true });
}

function list(host: ContainerHost) {
  return clientOf(host).listContainers({ all: true, filters: { label: [`straightline.node=${host.nodeId}`] } });
}

/** The client would prefer DOCKER_HOST; an empty host keeps it from that. */
function clientOf({ socketPath }: ContainerHost): Docker {
  return new Docker({ host: "", socketPath });
}
