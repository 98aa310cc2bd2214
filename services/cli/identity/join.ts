import { existsSync, readdirSync, rmdirSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import type { JoinRequest, JoinRequest__Output } from "../../../proto/gen/straightline/v1/JoinRequest.js";
import type { JoinResponse, JoinResponse__Output } from "../../../proto/gen/straightline/v1/JoinResponse.js";
import {
  type BusAddress,
  type BusConnection,
  connectBus,
  createKeyPair,
  credentialsText,
  type JoinToken,
  joinSubject,
  type KindToken,
  leaveSubject,
  openSealedKey,
  readJoinToken,
} from "../../common/bus/index.js";
import { ERROR_CATALOGUE, type ErrorCode, invalidField, StraightLineError } from "../../common/errors/index.js";
import type { Logger } from "../../common/observe/index.js";
import { messageCodec } from "../../common/wire/index.js";
import { readNamed, writePrivate } from "./files.js";
import { assertFrontCertificate } from "./front-papers.js";

/** What an agent's first contact needs. */
export interface JoinArguments {
  readonly kind: KindToken;
  readonly nats: string;
  /** Empty: the host's name and the kind. */
  readonly nodeId: string;
  /** Empty: the token's, else none. */
  readonly caFile: string;
  /** File that holds the token; empty: no token, only see whether NATS can be reached. */
  readonly tokenFile: string;
  /** Under which gateways reach the front that the token brings; empty: the token's own. */
  readonly frontHost: string;
  /** Folder to make, for `node-id`, `agent.creds`, `ca.pem`, and of a front `front-host`, `front-port`, `front.pem`, `front.key` and `front-ca.pem`. */
  readonly out: string;
}

/** The server and then placement must answer within this; a small machine under load takes seconds for the first handshake. */
const ANSWER_TIMEOUT_MS = 30_000;
const requestCodec = messageCodec<JoinRequest, JoinRequest__Output>("JoinRequest");
const responseCodec = messageCodec<JoinResponse, JoinResponse__Output>("JoinResponse");

/**
 * Reaches NATS and exchanges a token for credentials of the node. The key is made here; only its public part is sent. Rejects with UNAUTHENTICATED (no
 * token, expired, used, of another mesh), CONFLICT (the id is taken), CONFIG_INVALID (its front's certificate will not do) or BUS_UNAVAILABLE; nothing is written then.
 */
export async function joinFleet(options: JoinArguments, log: Logger): Promise<{ nodeId: string }> {
  const { kind, out } = options;
  const nodeId = options.nodeId || defaultNodeId(kind);
  const token = tokenOf(options);
  const front = frontOf(token, options.frontHost);
  const ca = options.caFile === "" ? (token?.ca ?? "") : readNamed(options.caFile);
  const written: string[] = [];
  const write = (name: string, text: string): string => {
    const file = join(out, name);
    writePrivate(file, text);
    written.push(file);
    return file;
  };
  try {
    write("node-id", `${nodeId}\n`);
    const caFile = ca === "" ? "" : write("ca.pem", ca);
    const joined = await ask({ servers: options.nats, credentialsFile: "", caFile }, token, nodeId, log);
    if (joined === undefined) return { nodeId };
    const address = { servers: options.nats, credentialsFile: "", credentials: joined.credentials, caFile };
    await orElse(
      () => leaveFleet(kind, nodeId, address, log),
      () => {
        write("agent.creds", joined.credentials);
        if (front !== undefined) writeFront(front, joined.frontSecret, write);
      },
    );
    return { nodeId };
  } catch (error) {
    // Only what this call has made: the folder may hold the credentials of before.
    for (const file of written) rmSync(file, { force: true });
    if (existsSync(out) && readdirSync(out).length === 0) rmdirSync(out);
    throw error;
  }
}

/** What follows on joining; where it fails the id is given back, as nobody will have its credentials. */
async function orElse(giveBack: () => Promise<void>, step: () => void): Promise<void> {
  try {
    step();
  } catch (error) {
    // The first error is the one to tell; that an id has stayed taken the next one hears who asks for it.
    await giveBack().catch(() => undefined);
    throw error;
  }
}

/** Gives a node's id back, by the agent's own credentials. */
export async function leaveFleet(kind: KindToken, nodeId: string, address: BusAddress, log: Logger): Promise<void> {
  await withBus(address, `leave-${nodeId}`, log, async (bus) => {
    refuseIfRefused(responseCodec.decode(await bus.request(leaveSubject(kind, nodeId), new Uint8Array(), ANSWER_TIMEOUT_MS)));
  });
}

function tokenOf({ kind, tokenFile }: JoinArguments): JoinToken | undefined {
  const token = tokenFile === "" ? undefined : readJoinToken(readNamed(tokenFile), Date.now());
  if (token === undefined || token.kind === kind) return token;
  throw invalidField("--kind", `the join token is for a ${token.kind} agent; got ${kind}`);
}

/** The front that a token brings, under the name that it is asked for. The token is spent only when that name will do. */
function frontOf(token: JoinToken | undefined, host: string): JoinToken["front"] {
  const front = token?.front;
  if (front === undefined) {
    if (host === "") return undefined;
    const remedy = "make one by `straightline token create --front-host`, or give --front-cert, --front-key and --front-ca too";
    throw invalidField("--front-host", `the join token brings no certificate for a front; ${remedy}`);
  }
  const named = { ...front, host: host || front.host };
  assertFrontCertificate(named, Date.now());
  return named;
}

function writeFront(
  { host, port, cert, ca, sealedKey }: NonNullable<JoinToken["front"]>,
  secret: Uint8Array,
  write: (name: string, text: string) => void,
): void {
  write("front.key", openSealedKey(sealedKey, secret));
  write("front.pem", cert);
  write("front-ca.pem", ca);
  write("front-host", `${host}\n`);
  if (port !== 0) write("front-port", `${port}\n`);
}

/** What a token is exchanged for. */
interface Joined {
  readonly credentials: string;
  readonly frontSecret: Uint8Array;
}

async function ask(address: BusAddress, token: JoinToken | undefined, nodeId: string, log: Logger): Promise<Joined | undefined> {
  if (token === undefined) {
    await withBus(address, "install", log, () => Promise.resolve());
    return undefined;
  }
  const { publicKey, seed } = createKeyPair("user");
  return withBus({ ...address, credentials: token.credentials }, `join-${token.tokenId}`, log, async (bus) => {
    const request = requestCodec.encode({ nodeId, publicKey });
    const response = responseCodec.decode(await answer(bus, joinSubject(token.kind, token.tokenId), request));
    refuseIfRefused(response);
    return { credentials: credentialsText(response.jwt, seed), frontSecret: response.frontSecret };
  });
}

async function answer(bus: BusConnection, subject: string, request: Uint8Array): Promise<Uint8Array> {
  try {
    return await bus.request(subject, request, ANSWER_TIMEOUT_MS);
  } catch (cause) {
    const message = "NATS takes the join token, but no placement service answers; start one with --join-key-file";
    throw new StraightLineError("BUS_UNAVAILABLE", message, { cause });
  }
}

async function withBus<T>(address: BusAddress, name: string, log: Logger, use: (bus: BusConnection) => Promise<T>): Promise<T> {
  const bus = await connectBus(address, name, log, { timeoutMs: ANSWER_TIMEOUT_MS }).catch((error: unknown) => {
    throw address.credentials === undefined ? error : explain(error);
  });
  try {
    return await use(bus);
  } finally {
    await bus.drain();
  }
}

/** A server that does not know a token's signer, or has revoked it, says the same two words. */
function explain(error: unknown): unknown {
  const known = StraightLineError.from(error);
  if (!/authorization violation/i.test(known.message)) return error;
  const message =
    "NATS refuses the join token: it is of another mesh, or has expired; make a new one by `straightline token create`";
  return new StraightLineError("UNAUTHENTICATED", message, { cause: error });
}

function refuseIfRefused({ errorCode, errorMessage }: JoinResponse__Output): void {
  if (errorCode === "") return;
  throw new StraightLineError(errorCode in ERROR_CATALOGUE ? (errorCode as ErrorCode) : "INTERNAL", errorMessage);
}

/** As an agent's own default (agents/common/config.ts): `<host>-<kind>`. */
function defaultNodeId(kind: KindToken): string {
  const name = hostname()
    .replace(/[^A-Za-z0-9_-]/g, "-")
    .slice(0, 63 - kind.length - 1);
  return `${name === "" ? "node" : name}-${kind}`;
}
