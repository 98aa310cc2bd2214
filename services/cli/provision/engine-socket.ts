import { request } from "node:http";
import { join } from "node:path";
import { systemCode } from "../../common/errors/index.js";

/** How a socket behaves. `silent`: it is there, but no engine answers on it. */
export type SocketState = "answers" | "denied" | "silent" | "absent";

/** Where an engine is looked for. */
export type SocketSearch =
  | { readonly type: "sockets"; readonly paths: readonly string[] }
  | { readonly type: "unsupported"; readonly reason: string };

/** Docker's own socket, which an engine of the distribution listens on. */
export const DEFAULT_SOCKET = "/var/run/docker.sock";

const PING_TIMEOUT_MS = 2000;
const UNIX_SCHEME = "unix://";

/** The sockets to try, best first: the configured one alone, else DOCKER_HOST alone, else the usual places of Docker and podman. */
export function socketsToTry(configured: string, env: NodeJS.ProcessEnv): SocketSearch {
  if (configured !== "") return { type: "sockets", paths: [configured] };
  const host = env["DOCKER_HOST"] ?? "";
  if (host.startsWith(UNIX_SCHEME)) return { type: "sockets", paths: [host.slice(UNIX_SCHEME.length)] };
  if (host !== "") return { type: "unsupported", reason: `DOCKER_HOST=${host} is not a local socket (unix://PATH); unset it` };
  const ofRuntime = env["XDG_RUNTIME_DIR"] === undefined ? [] : ["docker.sock", "podman/podman.sock"];
  const ofHome = env["HOME"] === undefined ? [] : [".docker/run/docker.sock", ".colima/default/docker.sock"];
  return {
    type: "sockets",
    paths: [
      DEFAULT_SOCKET,
      ...ofRuntime.map((path) => join(env["XDG_RUNTIME_DIR"] as string, path)),
      ...ofHome.map((path) => join(env["HOME"] as string, path)),
      "/run/podman/podman.sock",
    ],
  };
}

/** Asks an engine whether it is there (GET /_ping of the Docker Engine API); never rejects. */
export function probeSocket(socketPath: string): Promise<SocketState> {
  return new Promise((resolve) => {
    const call = request({ socketPath, path: "/_ping", timeout: PING_TIMEOUT_MS }, (response) => {
      response.resume();
      resolve(response.statusCode === 200 ? "answers" : "silent");
    });
    call.once("timeout", () => call.destroy());
    call.once("error", (error) => resolve(stateOfError(systemCode(error))));
    call.end();
  });
}

function stateOfError(code: string | undefined): SocketState {
  if (code === "EACCES" || code === "EPERM") return "denied";
  return code === "ENOENT" || code === "ENOTDIR" ? "absent" : "silent";
}
