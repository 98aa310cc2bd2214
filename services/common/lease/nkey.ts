import { StraightLineError } from "../errors/index.js";

/** RFC 4648, section 6. */
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const KEY_BYTES = 32;
const CHECKSUM_BYTES = 2;

/** The 32 bytes of an account's public key (A...); throws CONFIG_INVALID when it is none. */
export function rawPublicKey(text: string): Buffer {
  return keyBytes(text, "A", 1);
}

/** The 32 bytes of an account's seed (SA...), a secret; throws CONFIG_INVALID when it is none. */
export function rawSeed(text: string): Buffer {
  return keyBytes(text, "SA", 2);
}

/** An nkey is base32 of its type, the key and a checksum, which whoever has read the key from its file has checked. */
function keyBytes(text: string, start: string, prefixBytes: number): Buffer {
  const bytes = text.startsWith(start) ? decodeBase32(text) : undefined;
  if (bytes?.length === prefixBytes + KEY_BYTES + CHECKSUM_BYTES) return bytes.subarray(prefixBytes, prefixBytes + KEY_BYTES);
  throw new StraightLineError("CONFIG_INVALID", "no key of a NATS account; `straightline keys` makes one");
}

function decodeBase32(text: string): Buffer | undefined {
  const bytes: number[] = [];
  let bits = 0;
  let bitCount = 0;
  for (const letter of text) {
    const value = ALPHABET.indexOf(letter);
    if (value < 0) return undefined;
    bits = ((bits << 5) | value) & 0xfff;
    bitCount += 5;
    if (bitCount < 8) continue;
    bitCount -= 8;
    bytes.push((bits >> bitCount) & 0xff);
  }
  return Buffer.from(bytes);
}
