import { type AddressInfo, createServer, type Server } from "node:net";
import { StraightLineError } from "../../../services/common/errors/index.js";

/** Ports of `host` that nobody listens on now. All are held while they are chosen, so that they differ. */
export async function freePorts(host: string, count: number): Promise<number[]> {
  const servers: Server[] = [];
  try {
    for (let n = 0; n < count; n++) servers.push(await listen(host));
    return servers.map((server) => (server.address() as AddressInfo).port);
  } catch (error) {
    throw new StraightLineError("START_FAILED", `no free port on ${host}; is it an address of this machine?`, { cause: error });
  } finally {
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  }
}

function listen(host: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, host, () => resolve(server));
  });
}
