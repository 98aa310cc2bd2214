import assert from "node:assert/strict";
import { test } from "node:test";
import type { Lease } from "../../common/lease/index.js";
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

test("a lease is for the placement alone, from the decision until the slot is freed", () => {
  assert.equal(answerPlacement(FRONTED, asked, sign).leaseToken, "signed");
  assert.deepEqual(leases, [
    {
      ...{ placementId: "p-1", application: "app", nodeId: "node-1", instanceId: "one" },
      ...{ issuedAtMs: 1_000_000, expiresAtMs: 1_012_000 },
    },
  ]);
  assert.equal(FRONTED.placement.leaseToken, undefined, "what is kept of the placement holds no secret");
});

const NONE = {
  "it was not asked for": () => answerPlacement(FRONTED, { explain: false, leaseToken: false }, sign),
  "the instance is on loopback": () => answerPlacement(record("http://127.0.0.1:41000"), asked, sign),
  "it was a dry run": () => answerPlacement(record("https://node-1:7072", ""), asked, sign),
  "placement has no key": () => answerPlacement(FRONTED, asked, undefined),
};
for (const [why, answer] of Object.entries(NONE)) {
  test(`there is no lease when ${why}`, () => assert.equal(answer().leaseToken, undefined));
}
