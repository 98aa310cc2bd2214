import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { chown, cp, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { freePorts } from "../../services/common/ports/index.js";
import { eventually } from "../support/eventually.js";
import { type Grounds, startGrounds } from "./grounds.js";
import { type Outcome, runProgram } from "./host.js";
import { answeringPid, deployTiny, freshNode, PATIENCE } from "./scenario.js";
import type { Site } from "./site.js";

const DOCKERFILE = fileURLToPath(new URL("../../../deploy/images/straightline.Dockerfile", import.meta.url));
const NOBODY = 65534;
const HERE = { run: (command: string): Promise<Outcome> => runProgram("/bin/sh", ["-c", command]) };

const suffix = randomBytes(4).toString("hex");
const containers: string[] = [];
let grounds: Grounds;
let site: Site;
/** What is mounted into the containers: readable by their user, unlike what `straightline keys` and `join` make. */
let mounted: string;

before(async () => {
  grounds = await startGrounds(1);
  site = grounds.site;
  mounted = await mkdtemp(join(tmpdir(), "straightline-images-"));
  await chown(mounted, NOBODY, NOBODY);
  for (const target of ["placement", "gateway", "agent"]) await build(target);
});
after(async () => {
  for (const name of containers) await docker("rm", "--force", "--volumes", name);
  await grounds?.[Symbol.asyncDispose]();
  await rm(mounted, { recursive: true, force: true });
});

async function docker(...args: string[]): Promise<string> {
  const { code, output } = await runProgram("docker", ["-H", `unix://${grounds.engine.socketPath}`, ...args]);
  if (code !== 0) throw new Error(`docker ${args[0]}: exit ${code}: ${output}`);
  return output.trim();
}

/** From a base that was made here and an archive: nothing is fetched. */
async function build(target: string): Promise<void> {
  const args = ["--build-arg", `BASE_IMAGE=${grounds.image}`, "--build-arg", `ARCHIVE=${site.versions[0]?.archive}`];
  await docker("build", "-f", DOCKERFILE, "--target", target, "-t", imageOf(target), ...args, site.directory);
}

function imageOf(target: string): string {
  return `straightline/${target}:${suffix}`;
}

/** Starts a container on this machine's network, locked down as the compose file does it. */
async function start(target: string, options: readonly string[], args: readonly string[]): Promise<string> {
  const name = `straightline-image-${target}-${suffix}`;
  containers.push(name);
  const [metricsPort] = await freePorts("127.0.0.1", 1);
  const locked = ["--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL", "--security-opt", "no-new-privileges:true"];
  const own = [
    "--name",
    name,
    "--network",
    "host",
    "--volume",
    `${mounted}:/mesh:ro`,
    "--env",
    `STRAIGHTLINE_METRICS_PORT=${metricsPort}`,
  ];
  await docker("run", "--detach", ...own, ...locked, ...options, imageOf(target), ...args);
  return name;
}

async function isHealthy(name: string): Promise<void> {
  const health = async () => (await docker("inspect", "--format", "{{.State.Health.Status}}", name)) === "healthy";
  await eventually(health, { what: `${name} to be healthy`, ...PATIENCE });
  assert.equal(await docker("exec", name, "id", "-u"), `${NOBODY}`);
}

/** Copies a file of the mesh to where containers see it. */
async function mount(file: string): Promise<string> {
  const name = file.split("/").at(-1) as string;
  await cp(file, join(mounted, name));
  await chown(join(mounted, name), NOBODY, NOBODY);
  return `/mesh/${name}`;
}

test("an agent in a container with the engine's socket has a container beside it serve, and a gateway in one sends it requests", async () => {
  const nats = `tls://127.0.0.1:${site.natsPort}`;
  const joined = await site.join(await site.token("container"), "boxed", nats, "container");
  const [credentials, ca] = [await mount(join(joined, "agent.creds")), await mount(join(joined, "ca.pem"))];
  const socket = [
    "--volume",
    `${grounds.engine.socketPath}:/var/run/docker.sock`,
    "--group-add",
    `${(await stat(grounds.engine.socketPath)).gid}`,
  ];
  const bus = ["--nats", nats, "--nats-credentials-file", credentials, "--nats-ca-file", ca];
  const agent = await start("agent", socket, ["agent", "--kind", "container", "--node-id", "boxed", ...bus]);
  await freshNode(site, "boxed");
  await isHealthy(agent);
  await deployTiny(site, "app-boxed", "boxed", "container");
  assert.equal(await answeringPid(site, HERE, "app-boxed", "boxed"), "1");

  const [httpPort, grpcPort] = (await freePorts("127.0.0.1", 2)) as [number, number];
  const ports = ["--http-port", `${httpPort}`, "--grpc-port", `${grpcPort}`];
  const gateway = await start("gateway", [], ["gateway", "--placement", `127.0.0.1:${site.placement.port}`, ...ports]);
  await isHealthy(gateway);
  const response = await fetch(`http://127.0.0.1:${httpPort}/apps/app-boxed/pid`);
  assert.deepEqual([response.status, await response.text()], [200, "1"]);
});

test("placement in a container takes part in the mesh, and ends when it is told to", async () => {
  const credentials = await mount(join(site.directory, "keys/placement.creds"));
  const ca = await mount(join(site.directory, "certs/ca.pem"));
  const [port] = await freePorts("127.0.0.1", 1);
  const bus = ["--nats", `tls://127.0.0.1:${site.natsPort}`, "--nats-credentials-file", credentials, "--nats-ca-file", ca];
  const placement = await start("placement", [], ["placement", "--port", `${port}`, ...bus]);
  await isHealthy(placement);
  assert.match(await site.cli("nodes", "--placement", `127.0.0.1:${port}`), /^boxed +container +fresh/m);
  await docker("stop", "--time", "30", placement);
  assert.equal(await docker("inspect", "--format", "{{.State.ExitCode}}", placement), "0");
});
