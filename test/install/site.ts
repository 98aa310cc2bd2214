import { execFile } from "node:child_process";
import { once } from "node:events";
import { createReadStream, writeFileSync } from "node:fs";
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { connectBus, type KindToken } from "../../services/common/bus/index.js";
import { testLog } from "../support/agent-harness.js";
import { startNatsServer } from "../support/nats-server.js";
import { startTestPlacement, type TestPlacement } from "../support/placement-harness.js";
import { storeTinyBundle } from "../support/tiny-bundle.js";

const execute = promisify(execFile);
const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const MAIN = join(ROOT, "dist/services/cli/main.js");
/** Under which a virtual machine with user networking sees this machine's loopback. */
export const VM_GATEWAY = "10.0.2.2";

const VERSIONS = ["0.1.0-first", "0.1.1-second"];

/** An archive by its name, and its digest. */
export interface SiteVersion {
  readonly version: string;
  readonly archive: string;
  readonly sha256: string;
}

/** The services of a mesh on this machine, with TLS and tokens, and archives to install from. */
export interface Site extends AsyncDisposable {
  /** Holds the archives, and the folders `keys` and `certs` of the mesh. */
  readonly directory: string;
  readonly natsPort: number;
  readonly placement: TestPlacement;
  /** Versions that can be installed; files served under `downloadPort` by their names, beside install.sh. */
  readonly versions: readonly SiteVersion[];
  readonly downloadPort: number;
  /** Runs the `straightline` command; resolves to its output. */
  cli(...args: string[]): Promise<string>;
  token(kind: string, ttl?: string): Promise<string>;
  /** A token for a `vm` agent that brings a front under these names. */
  frontToken(...hosts: string[]): Promise<string>;
  /** A token of a mesh that this site is not part of. */
  foreignToken(kind: string): Promise<string>;
  /** Uses a token up for a node, on this machine; resolves to the folder with its credentials. */
  join(token: string, nodeId: string, nats: string, kind?: KindToken): Promise<string>;
  /** Puts the tiny workload's bundle into the store; resolves to its digest. */
  storeBundle(): Promise<string>;
}

/** Makes archives of so many versions and starts everything. */
export async function startSite(versionCount: 1 | 2): Promise<Site> {
  const directory = await mkdtemp(join(tmpdir(), "straightline-site-"));
  const keys = join(directory, "keys");
  const certs = join(directory, "certs");
  await cli("keys", "--directory", keys, "--jwt-directory", join(directory, "jwt"));
  await cli("certs", "--directory", certs);
  await cli("certs", "--directory", certs, "--name", "nats", "--host", `127.0.0.1,localhost,${VM_GATEWAY}`);
  const caFile = join(certs, "ca.pem");
  const configFile = join(directory, "nats.conf");
  // The server gives a handshake 2 s by default, which an emulated machine needs for itself.
  const tls = `tls { cert_file: "${join(certs, "nats.pem")}", key_file: "${join(certs, "nats.key")}", timeout: 20 }`;
  writeFileSync(configFile, `${tls}\ninclude "keys/nats-auth.conf"\n`);
  const nats = await startNatsServer({ configFile });
  const secured = (user: string) => ({ ...nats.config, caFile, credentialsFile: join(keys, `${user}.creds`) });
  const joinArgs = ["--join-key-file", join(keys, "account.nk")];
  const natsArgs = ["--nats-ca-file", caFile, "--nats-credentials-file", secured("placement").credentialsFile];
  const placement = await startTestPlacement(nats.config, { args: [...natsArgs, ...joinArgs] });
  const token = async (...args: string[]): Promise<string> =>
    (await cli("token", "create", "--keys", keys, "--ca-file", caFile, ...args)).trim();
  const versions = await Promise.all(VERSIONS.slice(0, versionCount).map((version) => release(directory, version)));
  await cp(join(ROOT, "deploy/install.sh"), join(directory, "install.sh"));
  const downloads = await serveFiles(directory);
  return {
    directory,
    natsPort: nats.port,
    placement,
    versions,
    downloadPort: downloads.port,
    cli: (...args) => cli(...args),
    token: (kind, ttl = "1h") => token("--kind", kind, "--ttl", ttl),
    frontToken: (...hosts) => token("--kind", "vm", "--front-host", hosts.join(","), "--certs", certs),
    async foreignToken(kind) {
      const foreign = join(directory, "foreign");
      await cli("keys", "--directory", foreign);
      return (await cli("token", "create", "--kind", kind, "--keys", foreign, "--ca-file", caFile)).trim();
    },
    async join(token, nodeId, url, kind = "vm") {
      const [tokenFile, out] = [join(directory, `${nodeId}.token`), join(directory, `${nodeId}.joined`)];
      writeFileSync(tokenFile, token);
      await cli("join", "--kind", kind, "--node-id", nodeId, "--nats", url, "--token-file", tokenFile, "--out", out);
      return out;
    },
    async storeBundle() {
      const bus = await connectBus(secured("deployer"), "up", testLog);
      try {
        return await storeTinyBundle(bus);
      } finally {
        await bus.drain();
      }
    },
    async [Symbol.asyncDispose]() {
      await downloads.close();
      await placement.stop();
      await nats[Symbol.asyncDispose]();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Resolves to standard output; rejects with standard error in the message. */
async function cli(...args: string[]): Promise<string> {
  const { stdout } = await execute(process.execPath, [MAIN, ...args]);
  return stdout;
}

async function release(directory: string, version: string): Promise<SiteVersion> {
  const args = ["--output", directory, "--version", version];
  // Packed fast: it is thrown away.
  const env = { ...process.env, STRAIGHTLINE_RELEASE_GZIP: "1" };
  // As somebody with a private umask makes it.
  const { stdout } = await execute("/bin/sh", ["-c", 'umask 077; exec "$0" "$@"', join(ROOT, "deploy/release.sh"), ...args], {
    env,
  });
  const sums = await readFile(`${stdout.trim()}.sha256`, "utf8");
  return { version, archive: basename(stdout.trim()), sha256: sums.split(" ")[0] ?? "" };
}

/** The archives, their digests and the script, for machines that fetch them; nothing else of the folder, which holds keys. */
async function serveFiles(directory: string): Promise<{ port: number; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    const name = basename(request.url ?? "");
    if (!/^(install\.sh|straightline-[\w.-]+\.tgz(\.sha256)?)$/.test(name)) {
      response.writeHead(404).end();
      return;
    }
    pipeline(createReadStream(join(directory, name)), response).catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
