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
  readJoinToken,
} from "../../common/bus/index.js";
import { ERROR_CATALOGUE, type ErrorCode, invalidField, StraightLineError } from "../../common/errors/index.js";
import type { Logger } from "../../common/observe/index.js";
import { messageCodec } from "../../common/wire/index.js";
import { readNamed, writePrivate } from "./files.js";

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
  /** Folder to make, for `node-id`, `agent.creds` and `ca.pem`. */
  readonly out: string;
}

/** The server and then placement must answer within this; a small machine under load takes seconds for the first handshake. */
const ANSWER_TIMEOUT_MS = 30_000;
const requestCodec = messageCodec<JoinRequest, JoinRequest__Output>("JoinRequest");
const responseCodec = messageCodec<JoinResponse, JoinResponse__Output>("JoinResponse");

/**
 * Reaches NATS and exchanges a token for credentials of the node. The key is made here; only its public part is sent. Rejects with UNAUTHENTICATED (no
 * token, expired, used, of another mesh), CONFLICT (the id is taken) or BUS_UNAVAILABLE; nothing is written then.
 */
export async function joinFleet(options: JoinArguments, log: Logger): Promise<{ nodeId: string }> {
  const { kind, out } = options;
  const nodeId = options.nodeId || defaultNodeId(kind);
  const token = options.tokenFile === "" ? undefined : readJoinToken(readNamed(options.tokenFile), Date.now());
  if (token !== undefined && token.kind !== kind) {
    throw invalidField("--kind", `the join token is for a ${token.kind} agent; got ${kind}`);
  }
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
    const credentials = await ask({ servers: options.nats, credentialsFile: "", caFile }, token, nodeId, log);
    if (credentials !== undefined) write("agent.creds", credentials);
    return { nodeId };
  } catch (error) {
    // Only what this call has made: the folder may hold the credentials of before.
    for (const file of written) rmSync(file, { force: true });
    if (existsSync(out) && readdirSync(out).length === 0) rmdirSync(out);
    throw error;
  }
}

/** Gives a node's id back, by the agent's own credentials. */
export async function leaveFleet(kind: KindToken, nodeId: string, address: BusAddress, log: Logger): Promise<void> {
  await withBus(address, `leave-${nodeId}`, log, async (bus) => {
    refuseIfRefused(responseCodec.decode(await bus.request(leaveSubject(kind, nodeId), new Uint8Array(), ANSWER_TIMEOUT_MS)));
  });
}

async function ask(address: BusAddress, token: JoinToken | undefined, nodeId: string, log: Logger): Promise<string | undefined> {
  if (token === undefined) {
    await withBus(address, "install", log, () => Promise.resolve());
    return undefined;
  }
  const { publicKey, seed } = createKeyPair("user");
  return withBus({ ...address, credentials: token.credentials }, `join-${token.tokenId}`, log, async (bus) => {
    const request = requestCodec.encode({ nodeId, publicKey });
    const response = responseCodec.decode(await answer(bus, joinSubject(token.kind, token.tokenId), request));
    refuseIfRefused(response);
    return credentialsText(response.jwt, seed);
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
  const bus = await connectBus(address, name, log, ANSWER_TIMEOUT_MS).catch((error: unknown) => {
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
