import { mkdirSync } from "node:fs";
import type { Command } from "commander";
import { createJoinToken, KIND_TOKENS, type KindToken } from "../../common/bus/index.js";
import { type NatsConfig, parseDurationMs } from "../../common/config/index.js";
import { invalidField } from "../../common/errors/index.js";
import { createLogger, type Logger } from "../../common/observe/index.js";
import { createAuthority, issueCertificate } from "./certificates.js";
import { readNamed } from "./files.js";
import { assertFrontCertificate, assertFrontKey, createFrontPapers } from "./front-papers.js";
import { joinFleet, leaveFleet } from "./join.js";
import { createMeshKeys, readAccountKey, readMeshKeys } from "./mesh-keys.js";
import { removeUnsecuredNode, revokeNode } from "./revoke.js";

/** A token that lies about for longer is a password. */
const MAX_TTL_MS = 7 * 24 * 3_600_000;
const DEFAULT_NATS = process.env["STRAIGHTLINE_NATS_SERVERS"] ?? "nats://127.0.0.1:4222";

interface NatsOptions {
  readonly nats: string;
  readonly caFile: string;
}

/** Adds the commands about keys, certificates, tokens and joining. `nodes` gets a subcommand. */
export function registerIdentityCommands(program: Command, nodes: Command): void {
  registerAuthorities(program);
  registerTokens(program);
  registerJoining(program);
  registerFrontCheck(program);
  registerRemoval(nodes);
}

function registerAuthorities(program: Command): void {
  program
    .command("keys")
    .description("make the keys of a mesh: who may do what in NATS")
    .requiredOption("--directory <folder>", "where to write them; keep it secret")
    .option("--jwt-directory <folder>", "where the NATS server keeps accounts", "/var/lib/nats/jwt")
    .action(({ directory, jwtDirectory }: { directory: string; jwtDirectory: string }) => {
      createMeshKeys(directory, jwtDirectory);
      console.log(`${directory}: operator.nk, system.nk, account.nk, placement.creds, deployer.creds, nats-auth.conf`);
    });
  program
    .command("certs")
    .description("make a certificate authority and certificates for the services, by openssl")
    .requiredOption("--directory <folder>", "where to write them; an authority that is there is used")
    .option("--name <name>", "of a certificate to issue, for example gateway; without it only the authority is made")
    .option("--host <names>", "host names and addresses that it is good for, comma-separated", "127.0.0.1,localhost")
    .option("--server-only", "for a listener that calls nobody, as an agent's front: it opens no service to its holder", false)
    .action(({ directory, name, host, serverOnly }: { directory: string; name?: string; host: string; serverOnly: boolean }) => {
      mkdirSync(directory, { recursive: true, mode: 0o700 });
      if (name === undefined) createAuthority(directory);
      else issueCertificate(directory, name, listOf(host), serverOnly ? "server" : "server and client");
      console.log(`${directory}: ${name ?? "ca"}.pem, ${name ?? "ca"}.key`);
    });
}

function registerTokens(program: Command): void {
  program
    .command("token")
    .description("tokens by which agents join")
    .command("create")
    .description("print a token that lets one agent join")
    .requiredOption("--kind <kind>", "vm, container or serverless")
    .requiredOption("--keys <folder>", "folder of `straightline keys`; account.nk is enough")
    .option("--ttl <duration>", "how long it is good for, at most 168h", "1h")
    .option("--ca-file <file>", "CA of the NATS server, which the agent gets with the token", "")
    .option("--front-host <names>", "the node's name or address for gateways elsewhere, others it is good for after a comma", "")
    .option("--front-port <port>", "port of the front; default: 7072 (vm), 7073 (container), 7074 (serverless)", "0")
    .option("--certs <folder>", "folder of `straightline certs` with ca.key, to sign the front's certificate", "")
    .action(({ kind, keys, ttl, caFile, ...front }: TokenOptions) => {
      const parts = { kind: kindOf(kind), account: readAccountKey(keys), expiresAtMs: Date.now() + ttlMs(ttl) };
      const ca = caFile === "" ? "" : readNamed(caFile);
      console.log(createJoinToken({ ...parts, ca, ...frontOf(front) }));
    });
}

interface FrontOptions {
  readonly frontHost: string;
  readonly frontPort: string;
  readonly certs: string;
}

interface TokenOptions extends FrontOptions {
  readonly kind: string;
  readonly keys: string;
  readonly ttl: string;
  readonly caFile: string;
}

function frontOf({ frontHost, frontPort, certs }: FrontOptions) {
  if (frontHost !== "") return { front: createFrontPapers(listOf(frontHost), Number(frontPort), certs) };
  if (frontPort === "0" && certs === "") return {};
  throw invalidField("--front-host", "must name the node, as --front-port and --certs are about its front");
}

interface JoinOptions extends NatsOptions {
  readonly kind: string;
  readonly nodeId: string;
  readonly tokenFile: string;
  readonly frontHost: string;
  readonly out: string;
}

function registerJoining(program: Command): void {
  natsCommand(program, "join", "exchange a token for an agent's credentials; install.sh does this")
    .requiredOption("--kind <kind>", "vm, container or serverless")
    .option("--node-id <id>", "default: this host's name and the kind", "")
    .option("--token-file <file>", "holds the token; without it only see that NATS can be reached", "")
    .option("--front-host <name>", "name or address for the front that the token brings; default: the token's", "")
    .requiredOption(
      "--out <folder>",
      "new folder for node-id, agent.creds, ca.pem, and front-host, front.pem and others of a front",
    )
    .action((options: JoinOptions) => joinFleet({ ...options, kind: kindOf(options.kind) }, quiet()).then(() => undefined));
  natsCommand(program, "leave", "give a node's id back; install.sh uninstall does this")
    .requiredOption("--kind <kind>", "vm, container or serverless")
    .requiredOption("--node-id <id>", "the node")
    .requiredOption("--credentials-file <file>", "the agent's own credentials")
    .action((options: JoinOptions & { credentialsFile: string }) =>
      leaveFleet(
        kindOf(options.kind),
        options.nodeId,
        { ...address(options), credentialsFile: options.credentialsFile },
        quiet(),
      ),
    );
}

function registerFrontCheck(program: Command): void {
  program
    .command("check-front")
    .description("see that a certificate and a key will do for the front of an agent; install.sh does this")
    .requiredOption("--host <name>", "name or address that gateways reach the front by")
    .requiredOption("--cert-file <file>", "its certificate (PEM)")
    .requiredOption("--key-file <file>", "its key (PEM)")
    .requiredOption("--client-ca-file <file>", "CA of gateways (PEM)")
    .action(({ host, certFile, keyFile, clientCaFile }: Record<"host" | "certFile" | "keyFile" | "clientCaFile", string>) => {
      const cert = readNamed(certFile);
      assertFrontCertificate({ host, cert, ca: readNamed(clientCaFile) }, Date.now());
      assertFrontKey(cert, readNamed(keyFile));
    });
}

function registerRemoval(nodes: Command): void {
  natsCommand(nodes, "remove <node-id>", "revoke the credentials of a node, free its id and take it off the list")
    .option("--keys <folder>", "folder of `straightline keys`; not needed where NATS takes no credentials")
    .action(async (nodeId: string, _: object, command: Command) => {
      // `nodes` has a --ca-file too, and takes it before its subcommand can.
      const options = command.optsWithGlobals<NatsOptions & { keys?: string }>();
      if (options.keys === undefined) {
        await removeUnsecuredNode(nodeId, address(options), quiet());
        console.log(`${nodeId}: off the list; there are no credentials to revoke: while its agent runs it comes back`);
        return;
      }
      const count = await revokeNode(nodeId, readMeshKeys(options.keys), address(options), quiet());
      console.log(`${nodeId}: ${count} ${count === 1 ? "key" : "keys"} revoked; the id is free`);
    });
}

function natsCommand(parent: Command, name: string, description: string): Command {
  return parent
    .command(name)
    .description(description)
    .option("--nats <servers>", "NATS servers, comma-separated", DEFAULT_NATS)
    .option("--ca-file <file>", "CA of the NATS server (PEM)", "");
}

function address({ nats, caFile }: NatsOptions): NatsConfig {
  return { servers: nats, credentialsFile: "", caFile };
}

function listOf(text: string): string[] {
  return text
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "");
}

function kindOf(text: string): KindToken {
  const kind = KIND_TOKENS.find((token) => token === text);
  if (kind === undefined) throw invalidField("--kind", `must be vm, container or serverless; got ${JSON.stringify(text)}`);
  return kind;
}

function ttlMs(text: string): number {
  const ms = /^\d+(ms|s|m|h)$/.test(text) ? parseDurationMs(text) : 0;
  if (ms < 1000 || ms > MAX_TTL_MS) throw invalidField("--ttl", `must be between 1s and 168h; got ${JSON.stringify(text)}`);
  return ms;
}

/** Faults come as errors; what the connection tells on its way is not for whoever runs a command. */
function quiet(): Logger {
  return createLogger("straightline", "silent");
}
