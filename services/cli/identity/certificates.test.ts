import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { createAuthority, issueCertificate } from "./certificates.js";

const directory = mkdtempSync(join(tmpdir(), "straightline-certs-test-"));
after(() => rmSync(directory, { recursive: true, force: true }));

test("an authority issues certificates for names and addresses, and replaces nothing", () => {
  createAuthority(directory);
  issueCertificate(directory, "gateway", ["gateway.example", "10.1.2.3"]);
  const read = (name: string): X509Certificate => new X509Certificate(readFileSync(join(directory, name)));
  const [ca, leaf] = [read("ca.pem"), read("gateway.pem")];
  assert.ok(ca.ca && !leaf.ca && leaf.checkIssued(ca) && leaf.verify(ca.publicKey));
  assert.equal(leaf.subjectAltName, "DNS:gateway.example, IP Address:10.1.2.3");
  assert.equal(statSync(join(directory, "gateway.key")).mode & 0o777, 0o600);
  issueCertificate(directory, "node-1", ["10.1.2.4"], "server");
  assert.deepEqual(read("node-1.pem").keyUsage, ["1.3.6.1.5.5.7.3.1"]);
  assert.deepEqual(leaf.keyUsage, ["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"]);
  assert.throws(() => createAuthority(directory), { code: "CONFIG_INVALID", message: /ca\.key: is there already/ });
  assert.throws(() => issueCertificate(directory, "gateway", []), { code: "CONFIG_INVALID", message: /is there already/ });
  assert.throws(() => issueCertificate(directory, "../x", []), { code: "INVALID_REQUEST" });
  assert.throws(() => issueCertificate(directory, "x", ["a,b c"]), { code: "INVALID_REQUEST", message: /^--host: / });
});
