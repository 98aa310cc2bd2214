import { StraightLineError } from "../../errors/index.js";
import { type KindToken, parseJoinSubject } from "../subjects.js";
import { createKeyPair, credentialsText, type KeyPair, readClaims, userJwt } from "./claims.js";
import { tokenPermissions } from "./permissions.js";

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
}

const PREFIX = "slj1.";

/** A token that lets its holder ask once, until it expires, for the credentials of one agent. Its text is a secret until it is used. */
export function createJoinToken(kind: KindToken, account: KeyPair, expiresAtMs: number, ca: string): string {
  const user = createKeyPair("user");
  const jwt = userJwt("join", user.publicKey, tokenPermissions(kind, user.publicKey), account, expiresAtMs);
  return PREFIX + Buffer.from(JSON.stringify({ jwt, seed: user.seed, ca })).toString("base64url");
}

/** Reads a token; throws UNAUTHENTICATED when it is none or has expired. Whether the mesh takes it, the server says. */
export function readJoinToken(text: string, nowMs: number): JoinToken {
  const { jwt, seed, ca } = decode(text.trim());
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
  return { ...subject, expiresAtMs, credentials: credentialsText(jwt, seed), ca };
}

function decode(text: string): { jwt: string; seed: string; ca: string } {
  try {
    const { jwt, seed, ca } = JSON.parse(Buffer.from(text.slice(PREFIX.length), "base64url").toString()) as Record<
      string,
      unknown
    >;
    if (text.startsWith(PREFIX) && typeof jwt === "string" && typeof seed === "string" && typeof ca === "string")
      return { jwt, seed, ca };
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
