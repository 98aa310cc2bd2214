import { StraightLineError } from "../../errors/index.js";
import { type KindToken, parseJoinSubject } from "../subjects.js";
import { createKeyPair, credentialsText, type KeyPair, readClaims, userJwt } from "./claims.js";
import { frontSecretOf, sealKey } from "./front-seal.js";
import { tokenPermissions } from "./permissions.js";

/** What an agent's front needs, besides its key. */
export interface FrontPapers {
  /** Name or address by which gateways reach the front. */
  readonly host: string;
  /** 0: the port of the agent's kind. */
  readonly port: number;
  /** Certificate, PEM. */
  readonly cert: string;
  /** PEM of the CA of gateways. */
  readonly ca: string;
}

/** A token as its holder reads it. */
export interface JoinToken {
  readonly kind: KindToken;
  /** Names the token; not secret. */
  readonly tokenId: string;
  readonly expiresAtMs: number;
  /** For the one question that a token allows. */
  readonly credentials: string;
  /** PEM of the CA that signed the NATS server; empty: none. */
  readonly ca: string;
  /** Undefined: the token brings no front. */
  readonly front: (FrontPapers & { readonly sealedKey: string }) | undefined;
}

/** What a token is made of. */
export interface TokenParts {
  readonly kind: KindToken;
  readonly account: KeyPair;
  readonly expiresAtMs: number;
  /** PEM of the CA that signed the NATS server; empty: none. */
  readonly ca: string;
  /** With the front's key (PEM). */
  readonly front?: FrontPapers & { readonly key: string };
}

const PREFIX = "slj1.";

/**
 * A token that lets its holder ask once, until it expires, for the credentials of one agent. Its text is a secret until it is used; the key of a front, which is good for longer, is sealed in
 * it.
 */
export function createJoinToken({ kind, account, expiresAtMs, ca, front }: TokenParts): string {
  const user = createKeyPair("user");
  const jwt = userJwt("join", user.publicKey, tokenPermissions(kind, user.publicKey), account, expiresAtMs);
  const sealed = front && { ...papersOf(front), sealedKey: sealKey(front.key, frontSecretOf(account, user.publicKey)) };
  return PREFIX + Buffer.from(JSON.stringify({ jwt, seed: user.seed, ca, front: sealed })).toString("base64url");
}

function papersOf({ host, port, cert, ca }: FrontPapers): FrontPapers {
  return { host, port, cert, ca };
}

/** Reads a token; throws UNAUTHENTICATED when it is none or has expired. Whether the mesh takes it, the server says. */
export function readJoinToken(text: string, nowMs: number): JoinToken {
  const { jwt, seed, ca, front } = decode(text.trim());
  const claims = readClaims(jwt);
  const publish = (claims?.nats["pub"] as { allow?: readonly string[] } | undefined)?.allow?.[0];
  const subject = publish === undefined ? undefined : parseJoinSubject(publish);
  if (claims?.exp === undefined || subject === undefined) throw malformed();
  const expiresAtMs = claims.exp * 1000;
  if (expiresAtMs <= nowMs) {
    const at = new Date(expiresAtMs).toISOString();
    throw new StraightLineError(
      "UNAUTHENTICATED",
      `the join token has expired at ${at}; make a new one by \`straightline token create\``,
    );
  }
  return { ...subject, expiresAtMs, credentials: credentialsText(jwt, seed), ca, front };
}

interface TokenText extends Pick<JoinToken, "ca" | "front"> {
  readonly jwt: string;
  readonly seed: string;
}

function decode(text: string): TokenText {
  try {
    const parts = JSON.parse(Buffer.from(text.slice(PREFIX.length), "base64url").toString()) as TokenText;
    const { jwt, seed, ca, front } = parts;
    const texts: unknown[] = [jwt, seed, ca, ...(front ? [front.host, front.cert, front.ca, front.sealedKey] : [])];
    const isWhole = texts.every((part) => typeof part === "string") && (!front || Number.isInteger(front.port));
    if (text.startsWith(PREFIX) && isWhole) return { jwt, seed, ca, front };
  } catch {
    // The same fault as a missing part.
  }
  throw malformed();
}

function malformed(): StraightLineError {
  return new StraightLineError(
    "UNAUTHENTICATED",
    "the join token is no token; copy the whole line that `straightline token create` prints",
  );
}
