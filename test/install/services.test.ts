import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { eventually } from "../support/eventually.js";
import { TINY_SERVER } from "../support/tiny-bundle.js";
import { debianRoot } from "./debian.js";
import { mustRun, type TestHost } from "./host.js";
import { leftovers, PATIENCE } from "./scenario.js";
import { type Site, startSite } from "./site.js";
import { startVmHost } from "./vm-host.js";

const OPERATE = fileURLToPath(new URL("../../../docs/operate.md", import.meta.url));
const CERTS = "--ca-file mesh/certs/ca.pem --cert-file mesh/certs/operator.pem --key-file mesh/certs/operator.key";
const API = `--placement localhost:7070 ${CERTS}`;
const CURL = "curl -fsS --max-time 30 --cacert mesh/certs/ca.pem --cert mesh/certs/operator.pem --key mesh/certs/operator.key";
const MANIFEST = `name: tiny
artifact: { bundle: ./app }
readyPath: /ready
statsPath: /stats
implementations:
  - kind: vm
    replicas: 1
    resources: { cpu: 500m, memory: 256MiB }
`;

let site: Site;
let host: TestHost;

before(async () => {
  const [root, started] = await Promise.all([debianRoot(), startSite(2)]);
  site = started;
  host = await startVmHost(root);
});
after(async () => {
  await host?.[Symbol.asyncDispose]();
  await site?.[Symbol.asyncDispose]();
});

/** Runs a command with the archive's `straightline`, by a root whose files are root's alone. */
const run = (command: string): Promise<string> => mustRun(host, `umask 077; PATH=$PATH:$PWD/straightline/bin; ${command}`);

/** The page's shell commands that have these words in them, in order: they are what is run here. */
async function documented(words: string): Promise<string[]> {
  const text = await readFile(OPERATE, "utf8");
  return [...text.matchAll(/^```sh\n(.*?)^```$/gms)]
    .map(([, commands]) => commands as string)
    .filter((one) => one.includes(words));
}

/** Fetches an archive in the place of the one before; resolves to the page's commands that unpack it and make keys. */
async function unpacking(version: number): Promise<string> {
  const archive = site.versions[version]?.archive ?? "";
  await mustRun(
    host,
    `rm -rf straightline straightline-*.tgz; curl -fsSO http://${host.gateway}:${site.downloadPort}/${archive}`,
  );
  const [first = ""] = await documented("tar -xzf straightline-");
  return first.replace(/straightline-\S+\.tgz/, archive);
}

/** Digests of what services and agents are configured by. */
function configuration(): Promise<string> {
  return mustRun(host, "cd /etc/straightline; sha256sum *");
}

async function answer(): Promise<string> {
  let last = "";
  const ask = async (): Promise<boolean> => {
    const { code, output } = await host.run(`${CURL} https://localhost:8000/apps/tiny/pid`);
    last = output;
    return code === 0;
  };
  await eventually(ask, { what: "an answer through the gateway", ...PATIENCE }).catch(async (error: Error) => {
    const state = await run(
      `straightline get ${API} 2>&1; straightline nodes ${API} 2>&1; journalctl -n 60 -o cat --no-pager 2>&1; true`,
    );
    throw new Error(`${error.message}: ${last}\n${state}`);
  });
  return last;
}

/** The secrets that a service finds in its view of /etc/straightline; one that is hidden from it is an empty file there. */
async function secretsSeenBy(service: string): Promise<string[]> {
  const folder = `/proc/$(systemctl show --property MainPID --value straightline-${service})/root/etc/straightline/`;
  const seen = await mustRun(host, `find ${folder} -type f -size +0 -printf '%f\\n'`);
  return seen
    .split("\n")
    .filter((name) => /\.(key|nk|creds)$/.test(name))
    .sort();
}

test("NATS, placement and gateway are installed as the documentation says, and a request is answered through them", async () => {
  await mustRun(host, "systemctl disable --now nats-server 2>&1");
  await run(await unpacking(0));
  const output = await run(`set -e; ${(await documented("services.sh install"))[0]}`);
  assert.match(output, /nats runs[\s\S]*placement runs[\s\S]*gateway runs[\s\S]*No node has joined/);
  const secrets = await mustRun(host, "stat -c '%a %U' /etc/straightline/*");
  assert.deepEqual([...new Set(secrets.split("\n"))], ["600 straightline"]);
  assert.deepEqual(await secretsSeenBy("nats"), ["nats.key"]);
  assert.deepEqual(await secretsSeenBy("placement"), ["account.nk", "placement.creds", "placement.key"]);
  assert.deepEqual(await secretsSeenBy("gateway"), ["gateway.key"]);

  await run("straightline token create --kind vm --keys mesh/keys --ca-file mesh/certs/ca.pem >token");
  const agent = "--kind vm --node-id metal --nats tls://localhost:4222 --join-file token --timeout 120";
  assert.match(await run(`sh straightline/install.sh agent ${agent}`), /vm agent metal ready/);
  const bundle = { runtime: "node", entrypoint: ["server.mjs"], readyPath: "/ready", statsPath: "/stats" };
  const files = { "app.yaml": MANIFEST, "app/server.mjs": TINY_SERVER, "app/bundle.json": JSON.stringify(bundle) };
  for (const [name, text] of Object.entries(files)) {
    await mustRun(host, `mkdir -p app; echo ${Buffer.from(text).toString("base64")} | base64 -d >${name}`);
  }
  const nats = "--nats tls://localhost:4222 --nats-credentials-file mesh/keys/deployer.creds --nats-ca-file mesh/certs/ca.pem";
  await run(`straightline deploy app.yaml ${API} ${nats}`);
  assert.match(await answer(), /^\d+$/);
});

test("a newer archive upgrades them: configuration stays, instances go on, and the version before is there to go back to", async () => {
  await mustRun(host, "printf '# ours\\n' >>/etc/straightline/gateway.yaml");
  const [before, pid] = [await configuration(), await answer()];
  const [unpack = ""] = (await unpacking(1)).split("\n");
  await run(unpack);
  assert.match(await run("sh straightline/services.sh install"), /nats runs \(0\.1\.1-second\)[\s\S]*gateway runs/);
  assert.equal(await configuration(), before);
  assert.equal(await answer(), pid);
  await run("sh straightline/services.sh install --only nats");
  assert.equal(
    await mustRun(host, "cd /opt/straightline-services; ls; readlink current"),
    "0.1.0-first\n0.1.1-second\ncurrent\n0.1.1-second",
  );
});

test("what NATS stores is backed up and restored by the documentation's commands, and the application with it", async () => {
  const [save = "", load = ""] = await documented("nats.tgz");
  await run(`set -e; ${save}`);
  assert.match(await answer(), /^\d+$/);
  await run(`straightline undeploy tiny ${API}`);
  await run(`set -e; ${load}`);
  assert.match(await answer(), /^\d+$/);
});

test("after a power cut everything comes back by itself", async () => {
  await host.cutPower();
  assert.match(await answer(), /^\d+$/);
});

test("removed, they leave what NATS has stored and nothing else", async () => {
  await mustRun(host, "sh straightline/install.sh uninstall");
  const output = await mustRun(host, "sh straightline/services.sh uninstall");
  assert.match(output, /still in \/var\/lib\/nats/);
  assert.equal(await leftovers(host), "");
});
