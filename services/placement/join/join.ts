import type { JoinRequest, JoinRequest__Output } from "../../../proto/gen/straightline/v1/JoinRequest.js";
import type { JoinResponse, JoinResponse__Output } from "../../../proto/gen/straightline/v1/JoinResponse.js";
import type { NodeIdentity, NodeIdentity__Output } from "../../../proto/gen/straightline/v1/NodeIdentity.js";
import type { NodeRecord, NodeRecord__Output } from "../../../proto/gen/straightline/v1/NodeRecord.js";
import type { SpentToken, SpentToken__Output } from "../../../proto/gen/straightline/v1/SpentToken.js";
import {
  agentPermissions,
  BUCKET,
  type Bucket,
  type BusConnection,
  type BusMessage,
  frontSecretOf,
  identityKey,
  JOIN_WILDCARD,
  type KeyPair,
  type KindToken,
  kindToWire,
  LEAVE_WILDCARD,
  openBucket,
  parseJoinSubject,
  parseLeaveSubject,
  spentTokenKey,
  userJwt,
} from "../../common/bus/index.js";
import { invalidField, StraightLineError } from "../../common/errors/index.js";
import type { Logger } from "../../common/observe/index.js";
import { messageCodec } from "../../common/wire/index.js";
import { retryConflicts } from "../state/index.js";

/** What joining is made of. */
export interface JoinOptions {
  readonly bus: BusConnection;
  /** Key pair of the account that agents join. */
  readonly account: KeyPair;
  readonly log: Logger;
  readonly now: () => number;
}

/** Answers joining agents until it is closed. */
export interface JoinDesk {
  close(): void;
}

const requestCodec = messageCodec<JoinRequest, JoinRequest__Output>("JoinRequest");
const responseCodec = messageCodec<JoinResponse, JoinResponse__Output>("JoinResponse");

interface Book {
  readonly identities: Bucket<NodeIdentity, NodeIdentity__Output>;
  readonly tokens: Bucket<SpentToken, SpentToken__Output>;
  readonly nodes: Bucket<NodeRecord, NodeRecord__Output>;
}

/**
 * Exchanges tokens for credentials. The server has checked that a token is ours and not expired, and lets its holder publish on the subject of this kind
 * and token alone, so the subject can be trusted; that a token is used once is kept by compare-and-set in the bucket `identities`, so any number
 * of placement services may answer.
 */
export async function openJoinDesk(options: JoinOptions): Promise<JoinDesk> {
  const { bus, log } = options;
  const open = <Input extends object, Output>(bucket: string, message: string): Promise<Bucket<Input, Output>> =>
    openBucket(bus, bucket, messageCodec<Input, Output>(message), (key) => log.error({ bucket, key }, "an entry cannot be read"));
  const book: Book = {
    identities: await open<NodeIdentity, NodeIdentity__Output>(BUCKET.identities, "NodeIdentity"),
    tokens: await open<SpentToken, SpentToken__Output>(BUCKET.identities, "SpentToken"),
    nodes: await open<NodeRecord, NodeRecord__Output>(BUCKET.nodes, "NodeRecord"),
  };
  const joining = bus.serve(JOIN_WILDCARD, async (message) => {
    const response = await join(message, options, book).catch(refusal);
    log.info({ subject: message.subject, refused: response.errorMessage ?? "" }, "an agent asked to join");
    return responseCodec.encode(response);
  });
  const leaving = bus.serve(LEAVE_WILDCARD, async ({ subject }) => {
    const response = await leave(subject, book).catch(refusal);
    log.info({ subject }, "an agent has left");
    return responseCodec.encode(response);
  });
  return {
    close: () => {
      joining.close();
      leaving.close();
    },
  };
}

async function join({ subject, data }: BusMessage, { account, now }: JoinOptions, book: Book): Promise<JoinResponse> {
  const { kind, tokenId } = parsed(parseJoinSubject(subject));
  const { nodeId, publicKey } = requestCodec.decode(data);
  if (!/^[A-Za-z0-9_-]{1,63}$/.test(nodeId)) throw invalidField("--node-id", "must be 1 to 63 of A-Z, a-z, 0-9, '_' and '-'");
  if (!/^U[A-Z2-7]{55}$/.test(publicKey)) throw invalidField("public_key", "must be a NATS user's public key");
  const spent = await book.tokens.get(spentTokenKey(tokenId));
  if (spent !== undefined) throw used(spent.value);
  // The id first: where it is taken, the token is not spent.
  const undo = await claim(book, kind, nodeId, publicKey, now());
  try {
    await book.tokens.create(spentTokenKey(tokenId), { nodeId, spentAtMs: now() });
  } catch (error) {
    await undo();
    const winner = await book.tokens.get(spentTokenKey(tokenId));
    throw winner === undefined ? error : used(winner.value);
  }
  const jwt = userJwt(nodeId, publicKey, agentPermissions(kind, nodeId), account);
  return { jwt, frontSecret: frontSecretOf(account, tokenId) };
}

/** Writes the node's identity; the result takes it back. */
async function claim(
  book: Book,
  kind: KindToken,
  nodeId: string,
  publicKey: string,
  nowMs: number,
): Promise<() => Promise<void>> {
  const key = identityKey(nodeId);
  const known = await book.identities.get(key);
  if (known !== undefined && !known.value.left) throw taken(nodeId, known.value);
  const publicKeys = [...(known?.value.publicKeys ?? []), publicKey];
  const value = { nodeId, kind: kindToWire(kind), publicKeys, left: false, joinedAtMs: nowMs };
  const revision =
    known === undefined ? await book.identities.create(key, value) : await book.identities.update(key, value, known.revision);
  return async () => {
    if (known === undefined) await book.identities.remove(key, revision);
    else await book.identities.update(key, known.value, revision);
  };
}

/** Frees the id, and takes the node off the list: its agent has stopped. */
async function leave(subject: string, { identities, nodes }: Book): Promise<JoinResponse> {
  const { nodeId } = parsed(parseLeaveSubject(subject));
  const known = await identities.get(identityKey(nodeId));
  if (known !== undefined) await identities.update(known.key, { ...known.value, left: true }, known.revision);
  await retryConflicts(async () => {
    const record = await nodes.get(nodeId);
    if (record !== undefined) await nodes.remove(nodeId, record.revision);
  });
  return {};
}

function parsed<T>(subject: T | undefined): T {
  if (subject === undefined) throw invalidField("subject", "names no kind and token");
  return subject;
}

function used({ nodeId, spentAtMs }: SpentToken__Output): StraightLineError {
  const at = new Date(spentAtMs).toISOString();
  const message = `the join token was used at ${at} by node ${nodeId}; make a new one by \`straightline token create\``;
  return new StraightLineError("UNAUTHENTICATED", message);
}

function taken(nodeId: string, { joinedAtMs }: NodeIdentity__Output): StraightLineError {
  const since = new Date(joinedAtMs).toISOString();
  const remedy = `choose another --node-id, or free it by \`straightline nodes remove ${nodeId}\`; the token is not spent`;
  return new StraightLineError("CONFLICT", `node id ${nodeId} is taken since ${since}; ${remedy}`);
}

function refusal(error: unknown): JoinResponse {
  const { code, message } = StraightLineError.from(error);
  return { errorCode: code, errorMessage: message };
}
