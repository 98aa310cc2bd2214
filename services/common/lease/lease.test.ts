import assert from "node:assert/strict";
import { test } from "node:test";
import { createKeyPair, userJwt } from "../bus/index.js";
import { createLeaseReader, createLeaseSigner, type Lease, MAX_CLOCK_SKEW_MS } from "./lease.js";

const NOW_MS = 1_800_000_000_000;
const LEASE: Lease = {
  placementId: "p-1",
  application: "digits",
  nodeId: "node-1",
  instanceId: "digits-vm-1",
  issuedAtMs: NOW_MS,
  expiresAtMs: NOW_MS + 30_000,
};
const account = createKeyPair("account");
const token = createLeaseSigner(account.seed)(LEASE);
const read = createLeaseReader(account.publicKey);
const refusal = (why: RegExp) => ({ code: "UNAUTHENTICATED", message: why });

test("a lease comes back as it was signed, until it expires and a little longer, as clocks differ", () => {
  assert.deepEqual(read(token, NOW_MS), LEASE);
  assert.deepEqual(read(token, LEASE.expiresAtMs + MAX_CLOCK_SKEW_MS), LEASE);
  assert.deepEqual(read(token, NOW_MS - MAX_CLOCK_SKEW_MS), LEASE);
});

test("an expired lease and one of a later time are refused with what to do", () => {
  assert.throws(() => read(token, LEASE.expiresAtMs + MAX_CLOCK_SKEW_MS + 1), refusal(/expired; place the request again/));
  assert.throws(() => read(token, NOW_MS - MAX_CLOCK_SKEW_MS - 1), refusal(/set the clocks/));
});

const [header, body, signature] = token.split(".") as [string, string, string];
const other = Buffer.from(JSON.stringify({ ...LEASE, instanceId: "other" })).toString("base64url");
const none = Buffer.from(JSON.stringify({ alg: "none", typ: "straightline-lease+jwt" })).toString("base64url");
const user = createKeyPair("user");
const FORGED: Readonly<Record<string, string>> = {
  "another instance": `${header}.${other}.${signature}`,
  "a cut signature": token.slice(0, -4),
  "no signature": `${header}.${body}.`,
  "the algorithm none": `${none}.${body}.`,
  "one part more": `${token}.x`,
  "another mesh's key": createLeaseSigner(createKeyPair("account").seed)(LEASE),
  "credentials of an agent": userJwt("node-1", user.publicKey, { publish: [], subscribe: [] }, account),
  "no token": "",
  "a token without end": `${header}.${"A".repeat(100_000)}.${signature}`,
};
for (const [what, forged] of Object.entries(FORGED)) {
  test(`refused: ${what}`, () => {
    assert.throws(() => read(forged, NOW_MS), refusal(/not signed by this mesh/));
  });
}

test("a key of another type or a damaged one is a fault of the configuration", () => {
  for (const key of [user.publicKey, account.publicKey.slice(0, -1), account.publicKey.toLowerCase(), ""])
    assert.throws(() => createLeaseReader(key), { code: "CONFIG_INVALID" });
  assert.throws(() => createLeaseSigner(user.seed), { code: "CONFIG_INVALID" });
});
