import { X509Certificate } from "node:crypto";
import { StraightLineError } from "../errors/index.js";

/** Reads the first certificate of a PEM text; throws CONFIG_INVALID with `name`, which says where it comes from. */
export function readCertificate(name: string, pem: string | Buffer): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (cause) {
    throw new StraightLineError("CONFIG_INVALID", `${name}: is no certificate (PEM)`, { cause });
  }
}

/** When a certificate ends, milliseconds since the Unix epoch. */
export function certificateEndMs({ validTo }: X509Certificate): number {
  return Date.parse(validTo);
}
