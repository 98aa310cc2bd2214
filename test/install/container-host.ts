import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import type { Grounds } from "./grounds.js";
import { mustRun, type Outcome, runProgram, type TestHost } from "./host.js";

/** What a container may use, so that what the agent tells can be checked. */
export const CONTAINER_LIMITS = { cpuMillicores: 1000, memoryBytes: 1024 ** 3 } as const;

/** Without an init system: the first process only starts the agents that are installed and sleeps. */
const FIRST_PROCESS = "[ ! -x /usr/local/bin/straightline-agents ] || straightline-agents start; exec sleep infinity";

/** OpenRC as it runs in containers, on nothing but what an installation adds. */
const OPENRC = 'rm -f /etc/runlevels/*/* && printf \'rc_sys="docker"\\nrc_provide="loopback net"\\n\' >>/etc/rc.conf';
const OPENRC_FIRST_PROCESS = `[ -e /etc/rc.ready ] || { ${OPENRC} && touch /etc/rc.ready; }; openrc default; exec sleep infinity`;

/** What differs from a plain container. */
export interface ContainerHostOptions {
  /** Where the engine's socket is, of the group `docker`. */
  readonly engineAt?: string;
  readonly init?: "openrc";
}

/** Imports a Debian as an image; resolves to its name. */
export async function importImage(socketPath: string, root: string): Promise<string> {
  const name = `straightline-install-test:${randomBytes(4).toString("hex")}`;
  const tar = spawn("tar", ["-cf", "-", "--exclude=./boot", "-C", root, "."], { stdio: ["ignore", "pipe", "ignore"] });
  const load = spawn("docker", ["-H", `unix://${socketPath}`, "import", "-", name], { stdio: [tar.stdout, "ignore", "inherit"] });
  const [code] = (await once(load, "exit")) as [number | null];
  if (code !== 0) throw new Error(`docker import: exit ${code}`);
  return name;
}

/** The group that owns the socket outside is `docker` inside, whatever has its number there. */
function groupOf(socket: string): string {
  const other = '[ -z "$other" ] || groupmod --gid 9999 "$other"';
  return `gid=$(stat -c %g ${socket}); other=$(getent group $gid | cut -d: -f1); ${other}; groupadd --gid $gid docker`;
}

/** A container on this machine's network. */
export async function startContainerHost(
  { engine: { socketPath }, image }: Pick<Grounds, "engine" | "image">,
  options: ContainerHostOptions = {},
): Promise<TestHost> {
  const name = `straightline-install-${randomBytes(4).toString("hex")}`;
  const docker = (...args: string[]) => runProgram("docker", ["-H", `unix://${socketPath}`, ...args]);
  const must = async (...args: string[]): Promise<void> => {
    const { code, output } = await docker(...args);
    if (code !== 0) throw new Error(`docker ${args[0]}: exit ${code}: ${output}`);
  };
  const limits = ["--cpus", "1", "--memory", `${CONTAINER_LIMITS.memoryBytes}`];
  const { engineAt, init } = options;
  const first = init === "openrc" ? OPENRC_FIRST_PROCESS : FIRST_PROCESS;
  const volatile = init === "openrc" ? ["--tmpfs", "/run"] : [];
  const engine = engineAt === undefined ? [] : ["--volume", `${socketPath}:${engineAt}`];
  await must(
    "run",
    "--detach",
    "--network",
    "host",
    "--name",
    name,
    ...limits,
    ...volatile,
    ...engine,
    image,
    "/bin/sh",
    "-c",
    first,
  );
  const run = (command: string): Promise<Outcome> => docker("exec", "--workdir", "/root", name, "/bin/sh", "-c", command);
  if (engineAt !== undefined) await mustRun({ run }, groupOf(engineAt));
  return {
    gateway: "127.0.0.1",
    run,
    async cutPower() {
      await must("kill", name);
      await must("start", name);
    },
    async [Symbol.asyncDispose]() {
      await docker("rm", "--force", name);
    },
  };
}
