import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { isIP } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { invalidField, StraightLineError } from "../../common/errors/index.js";
import { certificateEndMs, readCertificate } from "../../common/rpc/index.js";
import { readNamed, writePrivate } from "./files.js";

/** Days that a certificate is good for. */
const CA_DAYS = 3650;
const LEAF_DAYS = 398;
const DAY_MS = 24 * 3_600_000;
const KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

/** Makes a certificate authority: `ca.pem` and `ca.key`. By openssl, which must be on PATH. */
export function createAuthority(directory: string): void {
  inScratch((scratch) => {
    const [cert, key] = [join(scratch, "ca.pem"), join(scratch, "ca.key")];
    const extensions = ["-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign"];
    openssl([
      "req",
      "-x509",
      ...KEY,
      "-keyout",
      key,
      "-out",
      cert,
      "-days",
      `${CA_DAYS}`,
      "-subj",
      "/CN=StraightLine CA",
      ...extensions,
    ]);
    writePrivate(join(directory, "ca.key"), readFileSync(key, "utf8"));
    writePrivate(join(directory, "ca.pem"), readFileSync(cert, "utf8"));
  });
}

/** Who a certificate is for: servers on its names and clients alike, or servers alone, so that its holder can call nobody. */
export type CertificatePurpose = "server and client" | "server";

/** A certificate and its key, PEM. */
export interface CertificatePair {
  readonly cert: string;
  readonly key: string;
}

/** Names and addresses that a certificate is to be good for, and the option that gave them. */
export interface AskedHosts {
  readonly option: string;
  readonly hosts: readonly string[];
}

/** Issues `<name>.pem` and `<name>.key`, signed by the authority of the same folder; throws as signCertificate, and where they are there already. */
export function issueCertificate(
  directory: string,
  name: string,
  hosts: readonly string[],
  use: CertificatePurpose = "server and client",
): void {
  if (!/^[a-z][a-z0-9-]{0,40}$/.test(name))
    throw invalidField("--name", `must be of a-z, 0-9 and '-'; got ${JSON.stringify(name)}`);
  const { cert, key } = signCertificate(directory, name, { option: "--host", hosts }, use);
  writePrivate(join(directory, `${name}.key`), key);
  writePrivate(join(directory, `${name}.pem`), cert);
}

/**
 * Makes a key and its certificate, with a common name and good for `hosts`, signed by the authority of a folder. It ends no later than the authority. Throws INVALID_REQUEST for a host that is
 * none, CONFIG_INVALID where the authority is missing or ends within a day, START_FAILED where openssl fails.
 */
export function signCertificate(
  directory: string,
  commonName: string,
  { option, hosts }: AskedHosts,
  use: CertificatePurpose,
): CertificatePair {
  for (const host of hosts) {
    if (!/^[A-Za-z0-9.:*-]+$/.test(host)) throw invalidField(option, `must be names and addresses; got ${JSON.stringify(host)}`);
  }
  const days = daysOfAuthority(directory);
  return inScratch((scratch) => {
    const file = (end: string): string => join(scratch, `leaf.${end}`);
    const names = hosts.map((host) => `${isIP(host) ? "IP" : "DNS"}:${host}`);
    const lines = [
      "basicConstraints=critical,CA:FALSE",
      "keyUsage=critical,digitalSignature",
      use === "server" ? "extendedKeyUsage=serverAuth" : "extendedKeyUsage=serverAuth,clientAuth",
    ];
    writeFileSync(file("ext"), [...lines, ...(names.length > 0 ? [`subjectAltName=${names.join(",")}`] : [])].join("\n"));
    openssl(["req", "-new", ...KEY, "-keyout", file("key"), "-out", file("csr"), "-subj", `/CN=${commonName}`]);
    const ca = [
      "-CA",
      join(directory, "ca.pem"),
      "-CAkey",
      join(directory, "ca.key"),
      "-CAserial",
      file("srl"),
      "-CAcreateserial",
    ];
    openssl([
      ...["x509", "-req", "-in", file("csr"), ...ca, "-out", file("pem")],
      ...["-days", `${Math.min(LEAF_DAYS, days)}`, "-extfile", file("ext")],
    ]);
    return { cert: readFileSync(file("pem"), "utf8"), key: readFileSync(file("key"), "utf8") };
  });
}

/** Whole days for which the authority of a folder is still good. */
function daysOfAuthority(directory: string): number {
  readNamed(join(directory, "ca.key"));
  const file = join(directory, "ca.pem");
  const endsAtMs = certificateEndMs(readCertificate(file, readNamed(file)));
  const days = Math.floor((endsAtMs - Date.now()) / DAY_MS);
  if (days >= 1) return days;
  const when = `${endsAtMs <= Date.now() ? "has expired" : "expires"} at ${new Date(endsAtMs).toISOString()}`;
  const remedy = "make an authority in another folder by `straightline certs`, and bring its ca.pem to all that trust this one";
  throw new StraightLineError("CONFIG_INVALID", `${file}: ${when}; ${remedy}`);
}

function inScratch<T>(work: (scratch: string) => T): T {
  const scratch = mkdtempSync(join(tmpdir(), "straightline-certs-"));
  try {
    return work(scratch);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function openssl(args: readonly string[]): void {
  try {
    execFileSync("openssl", args, { stdio: "pipe", timeout: 30_000 });
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === "ENOENT";
    const stderr = String((cause as { stderr?: unknown }).stderr ?? "")
      .trim()
      .split("\n")
      .at(-1);
    throw missing
      ? new StraightLineError("COMPONENT_MISSING", "openssl is not installed; it makes the certificates", { cause })
      : new StraightLineError("START_FAILED", `openssl ${args[0]}: ${stderr}`, { cause });
  }
}
