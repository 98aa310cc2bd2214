import { type AddressInfo, createServer, type Server } from "node:net";
import { StraightLineError, systemCode } from "../errors/index.js";

/** Ports of `host` that nobody listens on now. All are held while they are chosen, so that they differ. */
export async function freePorts(host: string, count: number): Promise<number[]> {
  const servers: Server[] = [];
  try {
    for (let n = 0; n < count; n++) servers.push(await listen(host, 0));
    return servers.map((server) => (server.address() as AddressInfo).port);
  } catch (error) {
    throw new StraightLineError("START_FAILED", `no free port on ${host}; is it an address of this machine?`, { cause: error });
  } finally {
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  }
}

/** Rejects as a listen on the port would, with PORT_IN_USE or START_FAILED: for servers that do not tell the two apart. */
export async function assertPortFree(host: string, port: number): Promise<void> {
  const probe = await listen(host, port).catch((error: unknown) => {
    throw listenError(error, host, port);
  });
  await new Promise((resolve) => probe.close(resolve));
}

/** Whether a listen on the port would succeed. */
export function isPortFree(host: string, port: number): Promise<boolean> {
  return assertPortFree(host, port).then(
    () => true,
    () => false,
  );
}

/** The clear error of a listen that failed: PORT_IN_USE for a taken port, else START_FAILED. */
export function listenError(error: unknown, host: string, port: number): StraightLineError {
  return systemCode(error) === "EADDRINUSE"
    ? new StraightLineError(
        "PORT_IN_USE",
        `${host}:${port} is taken by another process; stop that process or choose another port`,
        { cause: error },
      )
    : new StraightLineError("START_FAILED", `cannot listen on ${host}:${port} (${systemCode(error) ?? "unknown fault"})`, {
        cause: error,
      });
}

function listen(host: string, port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(port, host, () => resolve(server));
  });
}
