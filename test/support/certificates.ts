import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ClientTls } from "../../services/common/rpc/index.js";
import { inCi } from "./in-ci.js";

/** For a test's `skip`: why certificates cannot be made here, or false. In CI a missing openssl is an error. */
export function skipWithoutOpenssl(): string | false {
  try {
    execFileSync("openssl", ["version"], { stdio: "ignore" });
    return false;
  } catch {
    const reason = "no openssl on PATH to make certificates with";
    if (inCi()) throw new Error(reason);
    console.error(`\n*** SKIPPED: tests of TLS: ${reason} ***\n`);
    return reason;
  }
}

/** A certificate authority of a test. */
export interface TestAuthority {
  readonly caFile: string;
  /** Issues a certificate for 127.0.0.1 and for clients alike. */
  issue(name: string): ClientTls;
}

/** Makes an authority in `directory`; names must differ there. */
export function createAuthority(directory: string, name: string): TestAuthority {
  const file = (which: string): string => join(directory, which);
  const openssl = (...args: string[]): void => {
    execFileSync("openssl", args, { stdio: "pipe" });
  };
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const [caFile, caKey] = [file(`${name}.pem`), file(`${name}.key`)];
  const use = ["-addext", "keyUsage=keyCertSign,cRLSign"];
  openssl("req", "-x509", ...key, "-keyout", caKey, "-out", caFile, "-days", "1", "-subj", `/CN=${name}`, ...use);
  return {
    caFile,
    issue(subject) {
      const [certFile, keyFile, request] = [file(`${subject}.pem`), file(`${subject}.key`), file(`${subject}.csr`)];
      const extensions = file(`${subject}.ext`);
      // The last two are what strict clients ask for, such as Python from 3.13 on.
      writeFileSync(extensions, "subjectAltName=IP:127.0.0.1\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n");
      openssl("req", "-new", ...key, "-keyout", keyFile, "-out", request, "-subj", `/CN=${subject}`);
      const ca = ["-CA", caFile, "-CAkey", caKey, "-CAcreateserial"];
      openssl("x509", "-req", "-in", request, ...ca, "-out", certFile, "-days", "1", "-extfile", extensions);
      return { caFile, certFile, keyFile };
    },
  };
}

/** A certificate that vouches for itself, with the common name `gateway`. */
export function selfSigned(directory: string): Pick<ClientTls, "certFile" | "keyFile"> {
  const [certFile, keyFile] = [join(directory, "self.pem"), join(directory, "self.key")];
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const args = ["req", "-x509", ...key, "-keyout", keyFile, "-out", certFile, "-days", "1", "-subj", "/CN=gateway"];
  execFileSync("openssl", args, { stdio: "pipe" });
  return { certFile, keyFile };
}
