import assert from "node:assert/strict";
import { test } from "node:test";
import { type Lease, MAX_LEASE_MS } from "../../common/lease/index.js";
import { answerPlacement } from "./lease-token.js";
import type { PlacementRecord } from "./placement-record.js";

const record = (httpEndpoint: string, placementId = "p-1"): PlacementRecord =>
  ({
    ...{ application: "app", nodeId: "node-1", instanceId: "one" },
    placement: { placementId, httpEndpoint, leaseMs: 12_000 },
    trace: { decidedAtMs: 1_000_000.4 },
  }) as PlacementRecord;
const FRONTED = record("https://node-1:7072");
const asked = { explain: false, leaseToken: true };
const leases: Lease[] = [];
const sign = (lease: Lease): string => {
  leases.push(lease);
  return "signed";
};

const at = (nowMs: number) => ({ signLease: sign, now: () => nowMs });

test("a lease is for the placement alone, from now by the time of day until the slot is freed", () => {
  const [beforeMs, answer, afterMs] = [Date.now(), answerPlacement(FRONTED, asked, at(1_003_000.4)), Date.now()];
  assert.equal(answer.leaseToken, "signed");
  const [{ issuedAtMs, ...lease }] = leases as [Lease];
  assert.ok(issuedAtMs >= beforeMs && issuedAtMs <= afterMs);
  assert.deepEqual(lease, {
    ...{ placementId: "p-1", application: "app", nodeId: "node-1", instanceId: "one" },
    // Three of the twelve seconds are over.
    expiresAtMs: issuedAtMs + 9000,
  });
  assert.equal(FRONTED.placement.leaseToken, undefined, "what is kept of the placement holds no secret");
});

test("a lease lasts a minute at most, however long its request may take, and one that is over is of no use", () => {
  const long = { ...FRONTED, placement: { ...FRONTED.placement, leaseMs: 3_600_000 } };
  for (const [record, nowMs, lastsMs] of [
    [long, 1_000_000, MAX_LEASE_MS],
    [FRONTED, 2_000_000, 0],
  ] as const) {
    answerPlacement(record, asked, at(nowMs));
    const { issuedAtMs, expiresAtMs } = leases.at(-1) as Lease;
    assert.equal(expiresAtMs - issuedAtMs, lastsMs);
  }
});

const NONE = {
  "it was not asked for": () => answerPlacement(FRONTED, { explain: false, leaseToken: false }, at(1_000_000)),
  "the instance is on loopback": () => answerPlacement(record("http://127.0.0.1:41000"), asked, at(1_000_000)),
  "it was a dry run": () => answerPlacement(record("https://node-1:7072", ""), asked, at(1_000_000)),
  "placement has no key": () => answerPlacement(FRONTED, asked, { signLease: undefined, now: () => 1_000_000 }),
};
for (const [why, answer] of Object.entries(NONE)) {
  test(`there is no lease when ${why}`, () => assert.equal(answer().leaseToken, undefined));
}
