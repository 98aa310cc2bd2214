import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chown, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Agent, fetch, type RequestInit } from "undici";
import { freePorts } from "../../services/common/ports/index.js";
import { eventually } from "../support/eventually.js";
import { findProgram } from "../support/find-program.js";
import { findJaeger } from "../support/jaeger.js";
import { type Grounds, startGrounds } from "./grounds.js";
import { PATIENCE } from "./scenario.js";
import type { Site } from "./site.js";

const execute = promisify(execFile);
const DEPLOY = fileURLToPath(new URL("../../../deploy", import.meta.url));
const OPERATE = fileURLToPath(new URL("../../../docs/operate.md", import.meta.url));
/** Owner of the mesh's files, and whom the containers run as. */
const MESH_UID = 4711;

let grounds: Grounds;
let site: Site;
/** A copy of the repository as far as the compose file reaches. */
let tree: string;
let ports: { nats: number; placement: number; http: number; grpc: number; prometheus: number; jaeger: number };
let environment: NodeJS.ProcessEnv;
let closeFirewall: () => Promise<void> = () => Promise.resolve();

before(async () => {
  grounds = await startGrounds(1);
  site = grounds.site;
  tree = await mkdtemp(join(tmpdir(), "straightline-compose-"));
  const free = await freePorts("127.0.0.1", 6);
  const [nats, placement, http, grpc, prometheus, jaeger] = free as [number, number, number, number, number, number];
  ports = { nats, placement, http, grpc, prometheus, jaeger };
  environment = {
    ...process.env,
    DOCKER_HOST: `unix://${grounds.engine.socketPath}`,
    ...{
      COMPOSE_PROJECT_NAME: `straightline-${randomBytes(4).toString("hex")}`,
      IMAGE_TAG: `:${randomBytes(4).toString("hex")}`,
    },
    ...{ MESH_UID: `${MESH_UID}`, NATS_IMAGE: grounds.image, NATS_PORT: `${nats}`, PLACEMENT_PORT: `${placement}` },
    ...{ GATEWAY_HTTP_PORT: `${http}`, GATEWAY_GRPC_PORT: `${grpc}`, PROMETHEUS_PORT: `${prometheus}`, JAEGER_PORT: `${jaeger}` },
  };
  await layOut();
});
after(async () => {
  await closeFirewall();
  if (tree !== undefined) await compose("down", "--volumes", "--timeout", "20");
  await grounds?.[Symbol.asyncDispose]();
  if (tree !== undefined) await rm(tree, { recursive: true, force: true });
});

/** The files, an archive, and a mesh's keys and certificates; images that are made here take the place of those that would be pulled. */
async function layOut(): Promise<void> {
  await cp(DEPLOY, join(tree, "deploy"), { recursive: true });
  await mkdir(join(tree, "release"));
  const archive = site.versions[0]?.archive ?? "";
  await cp(join(site.directory, archive), join(tree, "release", archive));
  const folder = join(tree, "deploy/compose");
  await site.cli("keys", "--directory", join(tree, "mesh/keys"));
  const certs = join(tree, "mesh/certs");
  await site.cli("certs", "--directory", certs);
  for (const name of ["nats", "placement", "gateway"]) {
    await site.cli("certs", "--directory", certs, "--name", name, "--host", `${name},localhost`);
  }
  // As the documentation says.
  const copying = (await readFile(OPERATE, "utf8")).match(/^(mkdir|cp) .* deploy\/compose\/.*$/gm) ?? [];
  await execute("/bin/sh", ["-e", "-c", copying.join("\n")], { cwd: tree });
  for (const name of ["keys", "certs"]) {
    await chown(join(folder, name), MESH_UID, MESH_UID);
    for (const file of await readdir(join(folder, name))) await chown(join(folder, name, file), MESH_UID, MESH_UID);
  }
  const build = { args: { BASE_IMAGE: grounds.image } };
  const fromHere = (program = "") => ({ image: grounds.image, entrypoint: ["/program"], volumes: [`${program}:/program:ro`] });
  const nats = {
    ...fromHere(findProgram("nats-server", "STRAIGHTLINE_TEST_CURRENT_NATS_SERVER")),
    healthcheck: { test: ["CMD", "curl", "-fsS", "http://127.0.0.1:8222/healthz"] },
  };
  const prometheus = fromHere(findProgram("prometheus", "STRAIGHTLINE_TEST_PROMETHEUS"));
  const jaeger = fromHere(findJaeger());
  // JSON is YAML.
  await writeFile(
    join(folder, "compose.override.yaml"),
    JSON.stringify({ services: { nats, placement: { build }, gateway: { build }, prometheus, jaeger } }),
  );
}

/**
 * The test's engine writes no firewall rules, and another engine of this machine may have the rest dropped: then containers of one network do not reach each
 * other. One rule, for this network's bridge alone, until the test ends.
 */
async function openFirewall(): Promise<void> {
  const network = `${environment["COMPOSE_PROJECT_NAME"]}_default`;
  const { stdout } = await execute("docker", ["network", "inspect", "--format", "{{slice .Id 0 12}}", network], {
    env: environment,
  });
  const bridge = `br-${stdout.trim()}`;
  const rule = ["FORWARD", "--in-interface", bridge, "--out-interface", bridge, "--jump", "ACCEPT"];
  await execute("iptables", ["--wait", "--insert", ...rule]);
  closeFirewall = async () => {
    await execute("iptables", ["--wait", "--delete", ...rule]);
  };
}

/** By Docker's plug-in, or by the program of before. */
async function compose(...args: string[]): Promise<string> {
  const options = { env: environment, cwd: join(tree, "deploy/compose"), maxBuffer: 16 * 1024 * 1024 };
  const isPlugin = await execute("docker", ["compose", "version"]).then(
    () => true,
    () => false,
  );
  const { stdout } = await (isPlugin
    ? execute("docker", ["compose", ...args], options)
    : execute("docker-compose", args, options));
  return stdout;
}

test("the compose file is one, with all its services, and Prometheus is given a configuration that it takes", async () => {
  assert.deepEqual((await compose("config", "--services")).trim().split("\n").sort(), [
    ...["gateway", "grafana", "jaeger", "nats", "nats-owner", "placement", "prometheus"],
  ]);
  await cp(join(DEPLOY, "grafana/alerts.yml"), join(tree, "alerts.yml"));
  await cp(join(DEPLOY, "compose/prometheus.yml"), join(tree, "prometheus.yml"));
  await execute("promtool", ["check", "config", join(tree, "prometheus.yml")]);
});

/** Names of a service's files in a folder of its container. */
async function filesOf(service: string, folder: string): Promise<string[]> {
  return (await compose("exec", "-T", service, "ls", folder)).trim().split("\n");
}

/** The status of the gateway's answer to a client with a certificate; undefined: none. */
async function askGateway(path: string, init: RequestInit = {}): Promise<number | undefined> {
  const pem = (name: string) => readFile(join(tree, "deploy/compose/certs", name), "utf8");
  const connect = { ca: await pem("ca.pem"), cert: await pem("gateway.pem"), key: await pem("gateway.key") };
  const dispatcher = new Agent({ connect });
  const response = await fetch(`https://localhost:${ports.http}/${path}`, { ...init, dispatcher }).catch(() => undefined);
  await dispatcher.close();
  return response?.status;
}

test("NATS, placement and gateway start by compose with TLS and accounts, and answer clients with a certificate", async () => {
  await compose("up", "--detach", "--build", "gateway");
  await openFirewall();
  const certs = join(tree, "deploy/compose/certs");
  const credentials = ["--cert-file", join(certs, "gateway.pem"), "--key-file", join(certs, "gateway.key")];
  const nodes = () =>
    site
      .cli("nodes", "--placement", `localhost:${ports.placement}`, "--ca-file", join(certs, "ca.pem"), ...credentials)
      .catch(() => undefined);
  const answer = await eventually(nodes, { what: "placement", ...PATIENCE }).catch(async (error: Error) => {
    throw new Error(`${error.message}: ${await compose("ps")}${await compose("logs", "--tail", "10")}`);
  });
  assert.match(answer, /No node has joined/);
  await eventually(async () => (await askGateway("v2/health/live")) === 200, { what: "the gateway", ...PATIENCE });
  for (const [service, folder] of Object.entries({ nats: "/etc/nats/certs", placement: "/certs", gateway: "/certs" })) {
    assert.deepEqual(await filesOf(service, folder), ["ca.pem", `${service}.key`, `${service}.pem`]);
  }
  assert.deepEqual(await filesOf("placement", "/keys"), ["account.nk", "placement.creds"]);
});

/** Names of the series that a service shows on its container's loopback. */
async function shownBy(service: string): Promise<string[]> {
  const script =
    'fetch("http://127.0.0.1:" + process.env.STRAIGHTLINE_METRICS_PORT + "/metrics").then((r) => r.text()).then(console.log)';
  const lines = (await compose("exec", "-T", service, "node", "-e", script)).trim().split("\n");
  return [...new Set(lines.filter((line) => !line.startsWith("#")).map((line) => line.split(/[{ ]/, 1)[0] as string))];
}

async function askPrometheus<T>(path: string): Promise<T> {
  const response = await fetch(`http://127.0.0.1:${ports.prometheus}/api/v1/${path}`);
  return ((await response.json()) as { data: T }).data;
}

/** Names of the series that Prometheus has of a service. */
async function takenFrom(service: string): Promise<Set<string>> {
  const selector = encodeURIComponent(`{job="straightline/straightline-${service}"}`);
  const series = await askPrometheus<{ __name__: string }[]>(`series?match[]=${selector}`).catch(() => []);
  return new Set(series.map(({ __name__ }) => __name__));
}

test("Prometheus gets from placement and gateway all that they show, under the same names, and takes the rules", async () => {
  await compose("up", "--detach", "prometheus");
  for (const service of ["placement", "gateway"]) {
    const shown = await shownBy(service);
    assert.ok(shown.includes("process_uptime_seconds"), shown.join());
    const missing = async (): Promise<string[]> => {
      const taken = await takenFrom(service);
      return shown.filter((name) => !taken.has(name));
    };
    await eventually(async () => (await missing()).length === 0, { what: `metrics of ${service}`, ...PATIENCE }).catch(
      async (error: Error) => {
        throw new Error(`${error.message}: ${(await missing()).join()}; ${await compose("logs", "--tail", "10", "prometheus")}`);
      },
    );
  }
  const { groups } = await askPrometheus<{ groups: { rules: { name: string; health: string }[] }[] }>("rules");
  const rules = groups.flatMap((group) => group.rules);
  assert.ok(rules.length > 0);
  assert.deepEqual(
    rules.filter(({ health }) => health === "err"),
    [],
  );
});

test("Jaeger gets what placement and gateway record of a request", async () => {
  await compose("up", "--detach", "jaeger");
  const services = async (): Promise<string[]> => {
    await askGateway("v2/models/none/infer", { method: "POST", body: "{}" });
    const response = await fetch(`http://127.0.0.1:${ports.jaeger}/api/services`).catch(() => undefined);
    return ((await response?.json().catch(() => undefined)) as { data?: string[] } | undefined)?.data ?? [];
  };
  const wanted = ["straightline-gateway", "straightline-placement"];
  const isThere = async (): Promise<boolean> => {
    const known = await services();
    return wanted.every((name) => known.includes(name));
  };
  await eventually(isThere, { what: "spans in Jaeger", ...PATIENCE }).catch(async (error: Error) => {
    throw new Error(`${error.message}: ${await services()}; ${await compose("logs", "--tail", "10", "jaeger")}`);
  });
});
