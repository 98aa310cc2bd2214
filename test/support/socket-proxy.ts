import { createConnection, createServer, type Socket } from "node:net";

/** A socket before the one of an HTTP server, which can be away as if that server had crashed. */
export interface SocketProxy extends AsyncDisposable {
  readonly path: string;
  /** First lines of what was asked while it was away. */
  readonly refused: readonly string[];
  /** Cuts every connection, and each that comes. */
  leave(): void;
  comeBack(): void;
}

/** Begins to pass on what comes to `path`. */
export async function startSocketProxy(path: string, target: string): Promise<SocketProxy> {
  const sockets = new Set<Socket>();
  const refused: string[] = [];
  let away = false;
  const keep = (socket: Socket, other?: Socket): void => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => {
      sockets.delete(socket);
      other?.destroy();
    });
  };
  const server = createServer({ allowHalfOpen: true }, (client) => {
    if (away) {
      keep(client);
      client.once("data", (chunk) => {
        refused.push(chunk.toString().split("\r\n")[0] as string);
        client.destroy();
      });
      return;
    }
    const behind = createConnection({ path: target, allowHalfOpen: true });
    keep(client, behind);
    keep(behind, client);
    client.pipe(behind).pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const leave = (): void => {
    away = true;
    for (const socket of sockets) socket.destroy();
  };
  return {
    ...{ path, refused, leave },
    comeBack() {
      away = false;
    },
    async [Symbol.asyncDispose]() {
      leave();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
