import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { createAuthority } from "./certificates.js";
import { assertFrontCertificate, assertFrontKey, createFrontPapers } from "./front-papers.js";

const directory = mkdtempSync(join(tmpdir(), "straightline-front-test-"));
after(() => rmSync(directory, { recursive: true, force: true }));
createAuthority(directory);

/** An authority that openssl makes with these dates. */
function authorityOf(name: string, ...dates: string[]): string {
  const folder = join(directory, name);
  mkdirSync(folder);
  const files = ["-keyout", join(folder, "ca.key"), "-out", join(folder, "ca.pem")];
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=CA"];
  execFileSync("openssl", ["req", "-x509", ...key, ...files, ...dates], { stdio: "pipe" });
  return folder;
}

test("the papers of a front are good for its names, and end with their authority", () => {
  const papers = createFrontPapers(["node-1.example", "10.0.0.5"], 0, directory);
  for (const host of ["node-1.example", "10.0.0.5"]) assertFrontCertificate({ ...papers, host }, Date.now());
  assertFrontKey(papers.cert, papers.key);
  const short = createFrontPapers(["node-1.example"], 0, authorityOf("short", "-days", "3"));
  assert.throws(() => assertFrontCertificate(short, Date.now() + 3 * 24 * 3_600_000), { message: /certificate has expired at / });
});

test("papers that will not do are refused with the reason", () => {
  const papers = createFrontPapers(["node-1.example"], 0, directory);
  const other = createFrontPapers(["node-1.example"], 0, directory);
  const faults: [() => void, RegExp][] = [
    [() => assertFrontCertificate({ ...papers, host: "node-2.example" }, Date.now()), /not for "node-2\.example"/],
    [() => assertFrontCertificate({ ...papers, host: "10.0.0.5" }, Date.now()), /not for "10\.0\.0\.5"/],
    [() => assertFrontCertificate(papers, Date.now() - 24 * 3_600_000), /is good from .*clock/],
    [() => assertFrontCertificate({ ...papers, cert: "none" }, Date.now()), /the front's certificate: is no certificate \(PEM\)/],
    [() => assertFrontCertificate({ ...papers, ca: "" }, Date.now()), /the CA of gateways: is no certificate \(PEM\)/],
    [() => assertFrontKey(papers.cert, other.key), /do not belong together/],
    [() => assertFrontKey(papers.cert, "none"), /do not belong together/],
  ];
  for (const [check, message] of faults) assert.throws(check, { code: "CONFIG_INVALID", message });
});

test("no papers come of an authority that ends within a day or is not there, nor for a name or port that is none", () => {
  const ending = authorityOf("ending", "-days", "1");
  assert.throws(() => createFrontPapers(["n1"], 0, ending), {
    code: "CONFIG_INVALID",
    message: /ca\.pem: expires at /,
  });
  const missing = join(directory, "missing");
  assert.throws(() => createFrontPapers(["n1"], 0, missing), { code: "CONFIG_INVALID", message: /ca\.key: cannot be read/ });
  const faults: [readonly string[], number, string, RegExp][] = [
    [[], 0, directory, /--front-host: /],
    [["*.example"], 0, directory, /--front-host: /],
    [["n1"], 65_536, directory, /--front-port: /],
    [["n1"], Number.NaN, directory, /--front-port: /],
    [["n1"], 0, "", /--certs: /],
    [["a b"], 0, directory, /^--front-host: /],
  ];
  for (const [hosts, port, certs, message] of faults) {
    assert.throws(() => createFrontPapers(hosts, port, certs), { code: "INVALID_REQUEST", message });
  }
});
