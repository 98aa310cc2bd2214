import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { createMetrics } from "../observe/index.js";
import { observeCertificates } from "./certificate.js";

const directory = mkdtempSync(join(tmpdir(), "straightline-certificate-test-"));
after(() => rmSync(directory, { recursive: true, force: true }));

test("a process tells when each certificate that it uses ends", () => {
  const [file, key] = [join(directory, "cert.pem"), join(directory, "key.pem")];
  const pair = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key, "-out", file];
  execFileSync("openssl", ["req", "-x509", ...pair, "-subj", "/CN=node", "-days", "10"], { stdio: "pipe" });
  const text = execFileSync("openssl", ["x509", "-in", file, "-noout", "-enddate"], { encoding: "utf8" });
  const metrics = createMetrics();
  observeCertificates(metrics, { front: file, listener: "" });
  const endS = Date.parse(text.trim().replace("notAfter=", "")) / 1000;
  assert.deepEqual(metrics.collect()[0]?.points, [{ labels: ["front"], value: endS }]);
});

test("a file that is no certificate, or not there, is named", () => {
  const file = join(directory, "none.pem");
  writeFileSync(file, "none");
  const metrics = createMetrics();
  assert.throws(() => observeCertificates(metrics, { front: file }), {
    code: "CONFIG_INVALID",
    message: /none\.pem: is no certificate/,
  });
  const missing = join(directory, "missing.pem");
  assert.throws(() => observeCertificates(metrics, { front: missing }), {
    code: "CONFIG_INVALID",
    message: /missing\.pem: cannot be/,
  });
});
