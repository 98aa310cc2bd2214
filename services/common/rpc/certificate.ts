import { X509Certificate } from "node:crypto";
import { StraightLineError } from "../errors/index.js";
import { METRIC, type Metrics } from "../observe/index.js";
import { readPem } from "./read-pem.js";

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

/** What a process uses a certificate for: its listeners, its front, or to show it to placement or to fronts. */
export type CertificateUse = "listener" | "front" | "placement-client" | "front-client";

/** Tells when certificates end. They are read now, as the process uses what it has read at its start; a use without a file is left out. Throws CONFIG_INVALID. */
export function observeCertificates(metrics: Metrics, files: Readonly<Partial<Record<CertificateUse, string>>>): void {
  const named = Object.entries(files).filter(([, file]) => file !== "");
  const ends = named.map(([use, file]) => [certificateEndMs(readCertificate(file, readPem(file))) / 1000, use] as const);
  metrics.observe(METRIC.certificateExpiry, (set) => {
    for (const [endS, use] of ends) set(endS, use);
  });
}
