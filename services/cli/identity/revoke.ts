import type { NodeIdentity, NodeIdentity__Output } from "../../../proto/gen/straightline/v1/NodeIdentity.js";
import type { NodeRecord, NodeRecord__Output } from "../../../proto/gen/straightline/v1/NodeRecord.js";
import {
  accountJwt,
  BUCKET,
  type BusAddress,
  type BusConnection,
  connectBus,
  identityKey,
  openBucket,
  type Permissions,
  type Revocations,
  readClaims,
} from "../../common/bus/index.js";
import { StraightLineError } from "../../common/errors/index.js";
import type { Logger } from "../../common/observe/index.js";
import { messageCodec } from "../../common/wire/index.js";
import { ACCOUNT_NAME, type MeshKeys, passingCredentials } from "./mesh-keys.js";

const EVERYTHING: Permissions = { publish: [">"], subscribe: [">"] };
const ANSWER_TIMEOUT_MS = 5000;
const MAX_TRIES = 5;

/**
 * Revokes every credential that a node has been given, frees its id and takes it off the list of nodes; the servers cut its agent off at once. Resolves to the number of keys
 * revoked. Rejects with UNKNOWN_NODE when no agent has joined under the id.
 */
export async function revokeNode(nodeId: string, keys: MeshKeys, nats: BusAddress, log: Logger): Promise<number> {
  const credentials = passingCredentials("nodes-remove", EVERYTHING, keys.account);
  const bus = await connectBus({ ...nats, credentials }, "nodes-remove", log);
  try {
    const codec = messageCodec<NodeIdentity, NodeIdentity__Output>("NodeIdentity");
    const identities = await openBucket(bus, BUCKET.identities, codec, () => undefined);
    const known = await identities.get(identityKey(nodeId));
    if (known === undefined) throw new StraightLineError("UNKNOWN_NODE", `no agent has joined as ${JSON.stringify(nodeId)}`);
    await revokeKeys(known.value.publicKeys, keys, nats, log);
    await identities.remove(known.key, known.revision);
    await removeRecord(nodeId, bus);
    return known.value.publicKeys.length;
  } finally {
    await bus.drain();
  }
}

/**
 * Takes a node off the list in a mesh without credentials, where there is nothing to revoke. Rejects with UNKNOWN_NODE when no agent has spoken for it, or UNAUTHENTICATED when
 * it has joined by token, or NATS asks for credentials.
 */
export async function removeUnsecuredNode(nodeId: string, nats: BusAddress, log: Logger): Promise<void> {
  const bus = await connectBus(nats, "nodes-remove", log).catch((error: unknown) => {
    if (!/authorization violation/i.test(StraightLineError.from(error).message)) throw error;
    throw new StraightLineError("UNAUTHENTICATED", "NATS asks for credentials; --keys names the folder of `straightline keys`", {
      cause: error,
    });
  });
  try {
    const codec = messageCodec<NodeIdentity, NodeIdentity__Output>("NodeIdentity");
    const identities = await openBucket(bus, BUCKET.identities, codec, () => undefined);
    if ((await identities.get(identityKey(nodeId))) !== undefined) {
      const message = `${nodeId} has joined by token; --keys names the folder of \`straightline keys\`, by which its credentials are revoked`;
      throw new StraightLineError("UNAUTHENTICATED", message);
    }
    if (await removeRecord(nodeId, bus)) return;
    throw new StraightLineError("UNKNOWN_NODE", `no agent has ever spoken for node ${JSON.stringify(nodeId)}`);
  } finally {
    await bus.drain();
  }
}

/** Placement forgets the node when its record goes; it may write it anew meanwhile, for a cordon. False: there was none. */
async function removeRecord(nodeId: string, bus: BusConnection): Promise<boolean> {
  const nodes = await openBucket(bus, BUCKET.nodes, messageCodec<NodeRecord, NodeRecord__Output>("NodeRecord"), () => undefined);
  for (let left = MAX_TRIES; ; left--) {
    const record = await nodes.get(nodeId);
    if (record === undefined) return false;
    try {
      await nodes.remove(nodeId, record.revision);
      return true;
    } catch (error) {
      if (left <= 1 || StraightLineError.from(error).code !== "CONFLICT") throw error;
    }
  }
}

/** Adds revocations to the account and hands it to the servers, which share it among themselves. */
async function revokeKeys(publicKeys: readonly string[], keys: MeshKeys, nats: BusAddress, log: Logger): Promise<void> {
  const { account, operator, system } = keys;
  const credentials = passingCredentials("nodes-remove", EVERYTHING, system);
  const bus = await connectBus({ ...nats, credentials }, "nodes-remove", log);
  try {
    const lookup = `$SYS.REQ.ACCOUNT.${account.publicKey}.CLAIMS.LOOKUP`;
    const current = readClaims(new TextDecoder().decode(await bus.request(lookup, new Uint8Array(), ANSWER_TIMEOUT_MS)));
    if (current === undefined) throw new StraightLineError("BUS_UNAVAILABLE", "the NATS server does not know the mesh's account");
    const nowS = Math.floor(Date.now() / 1000);
    const before = (current.nats["revocations"] ?? {}) as Revocations;
    const revocations = { ...before, ...Object.fromEntries(publicKeys.map((key) => [key, nowS])) };
    const jwt = accountJwt(ACCOUNT_NAME, account.publicKey, operator, revocations, current);
    const answer = await bus.request("$SYS.REQ.CLAIMS.UPDATE", new TextEncoder().encode(jwt), ANSWER_TIMEOUT_MS);
    assertTaken(new TextDecoder().decode(answer));
  } finally {
    await bus.drain();
  }
}

function assertTaken(answer: string): void {
  const { data, error } = JSON.parse(answer) as { data?: { code?: number }; error?: { description?: string } };
  if (data?.code === 200) return;
  throw new StraightLineError("BUS_UNAVAILABLE", `the NATS server does not take the revocation: ${error?.description ?? answer}`);
}
