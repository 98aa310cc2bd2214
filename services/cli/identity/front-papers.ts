import { createPrivateKey, type X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { join } from "node:path";
import type { FrontPapers } from "../../common/bus/index.js";
import { invalidField, StraightLineError } from "../../common/errors/index.js";
import { certificateEndMs, readCertificate } from "../../common/rpc/index.js";
import { signCertificate } from "./certificates.js";
import { readNamed } from "./files.js";

const COMMON_NAME = "front";
const MAX_PORT = 65_535;

/** Key and certificate for the front of an agent that is to join, signed by the authority in `certs`. The first of `hosts` is the one that gateways are told. */
export function createFrontPapers(hosts: readonly string[], port: number, certs: string): FrontPapers & { readonly key: string } {
  const [host] = hosts;
  if (host === undefined || host.includes("*"))
    throw invalidField("--front-host", `must begin with the node's name or address; got ${JSON.stringify(hosts.join(","))}`);
  if (!Number.isInteger(port) || port < 0 || port > MAX_PORT)
    throw invalidField("--front-port", `must be a port, 1 to ${MAX_PORT}; got ${port}`);
  if (certs === "")
    throw invalidField("--certs", "must name the folder of `straightline certs`, whose authority signs the front's certificate");
  const pair = signCertificate(certs, COMMON_NAME, { option: "--front-host", hosts }, "server");
  return { host, port, ...pair, ca: readNamed(join(certs, "ca.pem")) };
}

/** Throws CONFIG_INVALID where a front's certificate is not good for its name, has expired or not begun, or where one of the texts is no certificate. */
export function assertFrontCertificate({ host, cert, ca }: Pick<FrontPapers, "host" | "cert" | "ca">, nowMs: number): void {
  readCertificate("the CA of gateways", ca);
  const certificate = readCertificate("the front's certificate", cert);
  if (!isGoodFor(certificate, host))
    throw fault(`is good for ${certificate.subjectAltName ?? "no name"}, not for ${JSON.stringify(host)}`);
  if (certificateEndMs(certificate) <= nowMs) throw fault(`has expired at ${new Date(certificate.validTo).toISOString()}`);
  if (Date.parse(certificate.validFrom) > nowMs)
    throw fault(`is good from ${new Date(certificate.validFrom).toISOString()} on; is this machine's clock right?`);
}

/** Throws CONFIG_INVALID where a front's certificate is not its key's. */
export function assertFrontKey(cert: string, key: string): void {
  if (!belongs(readCertificate("the front's certificate", cert), key)) throw fault("and its key do not belong together");
}

function isGoodFor(certificate: X509Certificate, host: string): boolean {
  return (isIP(host) ? certificate.checkIP(host) : certificate.checkHost(host)) !== undefined;
}

function belongs(certificate: X509Certificate, key: string): boolean {
  try {
    return certificate.checkPrivateKey(createPrivateKey(key));
  } catch {
    // No key at all.
    return false;
  }
}

function fault(what: string): StraightLineError {
  return new StraightLineError("CONFIG_INVALID", `the front's certificate ${what}`);
}
