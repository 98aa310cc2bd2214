import { createHash } from "node:crypto";
import { nkeys } from "nats";
import { StraightLineError } from "../../errors/index.js";

/** Rights of a NATS user: what is not allowed is denied. */
export interface Permissions {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
  /** May answer each request once, wherever it is to be sent. */
  readonly mayRespond?: boolean;
}

/** A NATS key pair as text: `U...`, `A...` or `O...`, and its seed `S...`, which is a secret. */
export interface KeyPair {
  readonly publicKey: string;
  readonly seed: string;
}

/** Public keys that a NATS account no longer takes, with the second until which their credentials were issued. */
export type Revocations = Readonly<Record<string, number>>;

/** The parts of a JWT that are read here. */
export interface Claims {
  readonly sub: string;
  /** Public key of whoever signed it. */
  readonly iss?: string;
  readonly name: string;
  /** Seconds since the Unix epoch. */
  readonly iat: number;
  readonly exp?: number;
  readonly nats: Readonly<Record<string, unknown>>;
}

const CREATE = { operator: nkeys.createOperator, account: nkeys.createAccount, user: nkeys.createUser } as const;
const UNLIMITED = -1;
const RESPONSE_TTL_NS = 10_000_000_000;

/** Makes a key pair from the system's randomness. */
export function createKeyPair(type: keyof typeof CREATE): KeyPair {
  const pair = CREATE[type]();
  return { publicKey: pair.getPublicKey(), seed: new TextDecoder().decode(pair.getSeed()) };
}

/** The key pair of a seed; throws CONFIG_INVALID when it is none. */
export function keyPairOf(seed: string): KeyPair {
  try {
    return { publicKey: nkeys.fromSeed(new TextEncoder().encode(seed.trim())).getPublicKey(), seed: seed.trim() };
  } catch (cause) {
    throw new StraightLineError("CONFIG_INVALID", "a key file holds no NATS key; make new ones by `straightline keys`", {
      cause,
    });
  }
}

/** JWT of an operator, signed by itself. */
export function operatorJwt(operator: KeyPair, systemAccount: string): string {
  return sign(
    { name: "straightline", sub: operator.publicKey, nats: { type: "operator", system_account: systemAccount } },
    operator,
  );
}

/** JWT of an account with JetStream and without limits. Of two, servers keep the one issued later, by the second: `after` is the one that it replaces. */
export function accountJwt(
  name: string,
  account: string,
  operator: KeyPair,
  revocations: Revocations = {},
  after?: Claims,
): string {
  const connections = { subs: UNLIMITED, data: UNLIMITED, payload: UNLIMITED, conn: UNLIMITED, leaf: UNLIMITED };
  const exchange = { imports: UNLIMITED, exports: UNLIMITED, wildcards: true };
  const jetstream = { mem_storage: UNLIMITED, disk_storage: UNLIMITED, streams: UNLIMITED, consumer: UNLIMITED };
  const limits = name === "SYS" ? { ...connections, ...exchange } : { ...connections, ...exchange, ...jetstream };
  return sign({ name, sub: account, nats: { type: "account", limits, revocations } }, operator, (after?.iat ?? 0) + 1);
}

/** JWT of a user of the account that signs. */
export function userJwt(name: string, user: string, permissions: Permissions, account: KeyPair, expiresAtMs?: number): string {
  const nats = {
    type: "user",
    pub: { allow: permissions.publish },
    sub: { allow: permissions.subscribe },
    ...(permissions.mayRespond === true ? { resp: { max: 1, ttl: RESPONSE_TTL_NS } } : {}),
    subs: UNLIMITED,
    data: UNLIMITED,
    payload: UNLIMITED,
  };
  return sign({ name, sub: user, nats, ...(expiresAtMs === undefined ? {} : { exp: Math.floor(expiresAtMs / 1000) }) }, account);
}

/** Reads a JWT without checking its signature, which is the server's task; undefined when it is none. */
export function readClaims(jwt: string): Claims | undefined {
  try {
    const claims = JSON.parse(Buffer.from(jwt.split(".")[1] ?? "", "base64url").toString()) as Claims;
    return typeof claims.sub === "string" && typeof claims.nats === "object" ? claims : undefined;
  } catch {
    // Cut off when it was copied, or something else altogether.
    return undefined;
  }
}

/** Public key of the account that signed the user's JWT in a credentials file; undefined when there is none. */
export function credentialsIssuer(credentials: string): string | undefined {
  const [, jwt] = /BEGIN NATS USER JWT-+\s+(\S+)/.exec(credentials) ?? [];
  const issuer = jwt === undefined ? undefined : readClaims(jwt)?.iss;
  return issuer?.startsWith("A") === true ? issuer : undefined;
}

/** Text of a NATS credentials file. */
export function credentialsText(jwt: string, seed: string): string {
  return [
    ...["-----BEGIN NATS USER JWT-----", jwt, "------END NATS USER JWT------", ""],
    ...["-----BEGIN USER NKEY SEED-----", seed, "------END USER NKEY SEED------", ""],
  ].join("\n");
}

type Unsigned = Omit<Claims, "iat">;

/** https://docs.nats.io/running-a-nats-service/configuration/securing_nats/auth_intro/jwt, version 2. */
function sign(unsigned: Unsigned, issuer: KeyPair, notBeforeS = 0): string {
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const body = {
    ...unsigned,
    iat: Math.max(notBeforeS, Math.floor(Date.now() / 1000)),
    iss: issuer.publicKey,
    nats: { ...unsigned.nats, version: 2 },
  };
  const jti = createHash("sha256").update(JSON.stringify(body)).digest("hex");
  const signed = `${encode({ typ: "JWT", alg: "ed25519-nkey" })}.${encode({ ...body, jti })}`;
  const key = nkeys.fromSeed(new TextEncoder().encode(issuer.seed));
  return `${signed}.${Buffer.from(key.sign(new TextEncoder().encode(signed))).toString("base64url")}`;
}
