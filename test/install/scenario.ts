import assert from "node:assert/strict";
import type { Node__Output } from "../../proto/gen/straightline/v1/Node.js";
import { type KindToken, kindToWire } from "../../services/common/bus/index.js";
import { eventually } from "../support/eventually.js";
import { call, testApplication } from "../support/placement-harness.js";
import { mustRun, type Outcome, type TestHost } from "./host.js";
import type { Site } from "./site.js";

/** Emulated and on a loaded machine. */
export const PATIENCE = { timeoutMs: 240_000, pollMs: 500 } as const;

/** The one command, with what differs between tests, by a root whose files are root's alone. From another machine an archive by http needs its digest. */
export async function install(site: Site, host: TestHost, options: readonly string[], version = 0): Promise<Outcome> {
  const downloads = `http://${host.gateway}:${site.downloadPort}`;
  const nats = options.includes("--nats") ? [] : ["--nats", `tls://${host.gateway}:${site.natsPort}`];
  const { archive = "", sha256 = "" } = site.versions[version] ?? {};
  const digest = host.gateway === "127.0.0.1" ? [] : ["--sha256", sha256];
  const args = ["agent", ...nats, "--from", `${downloads}/${archive}`, ...digest, "--timeout", "120", ...options];
  return host.run(`umask 077; curl -fsS -o install.sh ${downloads}/install.sh && sh install.sh ${args.join(" ")}`);
}

/** Unpacks an archive at /root/unpacked, to install from without fetching it each time. */
export async function unpack(site: Site, host: TestHost): Promise<void> {
  const url = `http://${host.gateway}:${site.downloadPort}/${site.versions[0]?.archive}`;
  await mustRun(host, `mkdir unpacked && curl -fsS ${url} | tar -xzf - -C unpacked --strip-components 1`);
}

/** Installs from what `unpack` has left. */
export function installUnpacked(site: Site, host: TestHost, options: readonly string[]): Promise<Outcome> {
  const nats = options.includes("--nats") ? [] : ["--nats", `tls://${host.gateway}:${site.natsPort}`];
  return host.run(`sh unpacked/install.sh ${["agent", ...nats, ...options].join(" ")}`);
}

/** What an installation would leave: files, users, groups, services and processes; empty: nothing. */
export function leftovers(host: TestHost): Promise<string> {
  return mustRun(
    host,
    [
      "find / -xdev -name '*straightline*' ! -path '/var/log/journal/*' ! -path '/root/*'",
      "getent passwd | grep straightline",
      "getent group | grep straightline",
      "grep -la '[/]opt/straightline' /proc/[0-9]*/cmdline 2>/dev/null",
      "true",
    ].join("; "),
  );
}

/** The node as `straightline nodes --json` shows it, once it is fresh. */
export function freshNode(site: Site, nodeId: string, epochAfterMs = 0): Promise<Node__Output> {
  const look = async (): Promise<Node__Output | undefined> => {
    const nodes = JSON.parse(
      await site.cli("nodes", "--json", "--placement", `127.0.0.1:${site.placement.port}`),
    ) as Node__Output[];
    return nodes.find(
      (node) =>
        node.nodeId === nodeId && node.health === "NODE_HEALTH_FRESH" && Number(node.telemetry?.agentEpochMs) > epochAfterMs,
    );
  };
  return eventually(look, { what: `node ${nodeId} to be fresh`, ...PATIENCE });
}

/** Deploys the tiny workload under a name, in one form. */
export async function deployTiny(site: Site, name: string, nodeId: string, kind: KindToken = "vm"): Promise<void> {
  const bundle = { digest: await site.storeBundle(), sizeBytes: 1 };
  const form = { kind: kindToWire(kind), resources: { cpuMillicores: 1000, memoryBytes: 256 * 1024 ** 2 }, replicas: 1 };
  await site.placement.deploy(testApplication([], { name, artifact: { bundle }, implementations: [form] }));
  const get = site.placement.deployments.Get.bind(site.placement.deployments);
  const isReady = async (): Promise<boolean> => (await call(get, { name })).status?.implementations[0]?.ready === 1;
  await eventually(isReady, { what: `an instance of ${name} on ${nodeId}`, ...PATIENCE });
}

/** Takes an application back, so that no later node is given its instances. */
export async function undeploy({ placement: { deployments } }: Site, name: string): Promise<void> {
  await call(deployments.Undeploy.bind(deployments), { name });
}

/** Has a request placed and sends it from the node, since its instances are on its loopback; resolves to the answering process. */
export async function answeringPid(
  site: Site,
  host: Pick<TestHost, "run">,
  application: string,
  nodeId: string,
): Promise<string> {
  const place = async (): Promise<string | undefined> => {
    const placement = await site.placement.place({ application }).catch(() => undefined);
    if (placement === undefined) return undefined;
    assert.equal(placement.nodeId, nodeId);
    const { code, output } = await host.run(`curl -fsS --max-time 20 ${placement.httpEndpoint}/pid`);
    await site.placement.report(placement.placementId, code === 0 ? "OUTCOME_OK" : "OUTCOME_INSTANCE_ERROR");
    return code === 0 ? output : undefined;
  };
  const pid = await eventually(place, { what: `an answer of ${application}`, ...PATIENCE });
  assert.match(pid, /^\d+$/);
  return pid;
}
