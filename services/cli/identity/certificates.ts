import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { isIP } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { invalidField, StraightLineError } from "../../common/errors/index.js";
import { writePrivate } from "./files.js";

/** Days that a certificate is good for. */
const CA_DAYS = 3650;
const LEAF_DAYS = 398;
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

/**
 * Issues `<name>.pem` and `<name>.key`, signed by the authority of the same folder: for servers on `hosts` and for clients alike, or for servers alone, so that its holder
 * can call nobody.
 */
export function issueCertificate(
  directory: string,
  name: string,
  hosts: readonly string[],
  use: "server" | "server and client" = "server and client",
): void {
  if (!/^[a-z][a-z0-9-]{0,40}$/.test(name))
    throw invalidField("--name", `must be of a-z, 0-9 and '-'; got ${JSON.stringify(name)}`);
  for (const host of hosts) {
    if (!/^[A-Za-z0-9.:*-]+$/.test(host))
      throw invalidField("--host", `must be names and addresses; got ${JSON.stringify(host)}`);
  }
  inScratch((scratch) => {
    const file = (end: string): string => join(scratch, `leaf.${end}`);
    const names = hosts.map((host) => `${isIP(host) ? "IP" : "DNS"}:${host}`);
    const lines = [
      "basicConstraints=critical,CA:FALSE",
      "keyUsage=critical,digitalSignature",
      use === "server" ? "extendedKeyUsage=serverAuth" : "extendedKeyUsage=serverAuth,clientAuth",
    ];
    writeFileSync(file("ext"), [...lines, ...(names.length > 0 ? [`subjectAltName=${names.join(",")}`] : [])].join("\n"));
    openssl(["req", "-new", ...KEY, "-keyout", file("key"), "-out", file("csr"), "-subj", `/CN=${name}`]);
    const ca = [
      "-CA",
      join(directory, "ca.pem"),
      "-CAkey",
      join(directory, "ca.key"),
      "-CAserial",
      file("srl"),
      "-CAcreateserial",
    ];
    openssl(["x509", "-req", "-in", file("csr"), ...ca, "-out", file("pem"), "-days", `${LEAF_DAYS}`, "-extfile", file("ext")]);
    writePrivate(join(directory, `${name}.key`), readFileSync(file("key"), "utf8"));
    writePrivate(join(directory, `${name}.pem`), readFileSync(file("pem"), "utf8"));
  });
}

function inScratch(work: (scratch: string) => void): void {
  const scratch = mkdtempSync(join(tmpdir(), "straightline-certs-"));
  try {
    work(scratch);
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
