import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import { StraightLineError } from "../errors/index.js";
import { rawPublicKey, rawSeed } from "./nkey.js";

/** A leave to begin requests to the instance of a placement: until it ends, as often as its holder has to repeat. */
export interface Lease {
  readonly placementId: string;
  readonly application: string;
  readonly nodeId: string;
  readonly instanceId: string;
  /** Milliseconds since the Unix epoch. */
  readonly issuedAtMs: number;
  /** Milliseconds since the Unix epoch. */
  readonly expiresAtMs: number;
}

/** Clocks of placement and agents may differ by this much, milliseconds. */
export const MAX_CLOCK_SKEW_MS = 30_000;
/** A lease is looked at when its request begins, so that a longer one would only be of use to a thief. */
export const MAX_LEASE_MS = 60_000;
/** Longer ones are no leases of ours. */
const MAX_TOKEN_CHARS = 2048;
/** RFC 8725, section 3.11: with a type of its own no other token of the same key passes for a lease. Compared as text, so there is no algorithm to choose. */
const HEADER = encode({ alg: "EdDSA", typ: "straightline-lease+jwt" });
/** RFC 8410, section 7: what stands before the 32 bytes of an Ed25519 key. */
const PRIVATE_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");
const PUBLIC_PREFIX = Buffer.from("302a300506032b6570032100", "hex");

/** Signs leases with the seed of the mesh's account key: a JWT by EdDSA. Throws CONFIG_INVALID when the seed is none. */
export function createLeaseSigner(accountSeed: string): (lease: Lease) => string {
  const der = Buffer.concat([PRIVATE_PREFIX, rawSeed(accountSeed)]);
  const key = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  return (lease) => {
    const signed = `${HEADER}.${encode(lease)}`;
    return `${signed}.${sign(null, Buffer.from(signed), key).toString("base64url")}`;
  };
}

/** Reads leases that the account has signed; throws CONFIG_INVALID when the public key is none. The reader throws UNAUTHENTICATED, and says why. */
export function createLeaseReader(accountPublicKey: string): (token: string, nowMs: number) => Lease {
  const der = Buffer.concat([PUBLIC_PREFIX, rawPublicKey(accountPublicKey)]);
  const key = createPublicKey({ key: der, format: "der", type: "spki" });
  return (token, nowMs) => {
    const lease = readSigned(token, key);
    if (lease === undefined) throw refused("is not signed by this mesh's placement");
    if (nowMs > lease.expiresAtMs + MAX_CLOCK_SKEW_MS) throw refused("has expired; place the request again");
    if (nowMs < lease.issuedAtMs - MAX_CLOCK_SKEW_MS) throw refused("is of a later time; set the clocks of placement and node");
    return lease;
  };
}

function readSigned(token: string, key: KeyObject): Lease | undefined {
  if (token.length > MAX_TOKEN_CHARS) return undefined;
  const [header, body = "", signature = "", ...more] = token.split(".");
  if (header !== HEADER || more.length > 0) return undefined;
  const bytes = Buffer.from(signature, "base64url");
  // Only what the key's owner has written is parsed.
  if (!verify(null, Buffer.from(`${header}.${body}`), key, bytes)) return undefined;
  return JSON.parse(Buffer.from(body, "base64url").toString()) as Lease;
}

function refused(why: string): StraightLineError {
  return new StraightLineError("UNAUTHENTICATED", `the lease ${why}`);
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
