import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { refusal } from "./connection.js";

describe("why a server cannot be connected to", () => {
  for (const [why, told] of [
    ["'Authorization Violation'", /^refuses these credentials .* wrong, revoked or missing$/],
    ["User Authentication Revoked", /^refuses these credentials/],
    ["Authentication Timeout", /^does not answer/],
    ["unable to verify the first certificate", /^shows a certificate that is not trusted here .* name the file of its CA$/],
    ["unable to get local issuer certificate", /name the file of its CA$/],
    ["self-signed certificate in certificate chain", /name the file of its CA$/],
    ["certificate has expired", /^cannot be trusted \(certificate has expired\)$/],
    ["Hostname/IP does not match certificate's altnames: Host: a", /^cannot be trusted/],
    ["CONNECTION_REFUSED", /^does not answer \(CONNECTION_REFUSED\); start nats-server -js or set --nats$/],
  ] as const) {
    it(`is told of ${why}`, () => assert.match(refusal(why), told));
  }
});
