import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { StraightLineError } from "../../errors/index.js";
import type { KeyPair } from "./claims.js";

const CIPHER = "aes-256-gcm";
const SECRET_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** The secret by which the front's key in one token is sealed. Only the mesh's account can tell it, so that a token alone is not worth a key. */
export function frontSecretOf(account: KeyPair, tokenId: string): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", account.seed, tokenId, "straightline front key", SECRET_BYTES));
}

/** Seals a key (PEM). */
export function sealKey(key: string, secret: Uint8Array): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, secret, nonce);
  const sealed = Buffer.concat([cipher.update(key, "utf8"), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString("base64url");
}

/** Opens what sealKey has sealed; throws UNAUTHENTICATED where the secret is not its own. */
export function openSealedKey(text: string, secret: Uint8Array): string {
  const bytes = Buffer.from(text, "base64url");
  try {
    const decipher = createDecipheriv(CIPHER, secret, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
    decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]).toString("utf8");
  } catch (cause) {
    const message =
      "placement has not opened the front's key in the join token; if placement is older than the token, upgrade it, then make a new token";
    throw new StraightLineError("UNAUTHENTICATED", message, { cause });
  }
}
