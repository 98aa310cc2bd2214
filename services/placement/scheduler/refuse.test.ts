import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type InputChanges, input, instance, node } from "../../../test/support/scheduler-builders.js";
import { REFUSAL } from "./refusals.js";
import { countRefusals, refusalMessage, refusalOf } from "./refuse.js";
import type { Evaluation, ImplementationView, NodeKind, PlacementPolicy, Refusal } from "./types.js";

const anyKind: PlacementPolicy = { name: "p" };
const [vm, fn]: ImplementationView[] = [
  { kind: "vm", payloadLimitBytes: 0 },
  { kind: "serverless", payloadLimitBytes: 100 },
] as const;

function refused(...list: readonly (readonly [NodeKind, Refusal | undefined])[]): Evaluation[] {
  return list.map(([kind, refusal], at) => {
    const on = node(`${kind}-${at}`, kind);
    return { candidate: { node: on, instance: instance(on, `i-${at}`) }, refusal };
  });
}

describe("refusalOf", () => {
  const { noFreeSlot, nodeLost, nodeDraining, instanceNotReady, payloadTooLarge, labelMismatch, zoneNotAllowed } = REFUSAL;
  const cases: [string, Evaluation[], InputChanges, Partial<PlacementPolicy>, Refusal][] = [
    ["a full instance before all others", refused(["vm", nodeLost], ["vm", nodeLost], ["vm", noFreeSlot]), {}, {}, noFreeSlot],
    [
      "what may pass before what never will",
      refused(["vm", labelMismatch], ["vm", labelMismatch], ["vm", nodeLost]),
      {},
      {},
      nodeLost,
    ],
    [
      "of what may pass the most frequent",
      refused(["vm", nodeLost], ["vm", instanceNotReady], ["vm", instanceNotReady]),
      {},
      {},
      instanceNotReady,
    ],
    ["of equally frequent ones the first by name", refused(["vm", nodeLost], ["vm", nodeDraining]), {}, {}, nodeDraining],
    ["that no form is there", [], { implementations: [] }, {}, REFUSAL.noImplementation],
    [
      "that no form is of a kind allowed by the request",
      [],
      { implementations: [vm], constraints: { kinds: ["container"] } },
      {},
      REFUSAL.noImplementation,
    ],
    ["that no form is of the policy's kinds", [], { implementations: [vm] }, { kinds: ["serverless"] }, REFUSAL.noImplementation],
    ["that the body is over every form's limit", [], { implementations: [fn], sizeBytes: 101 }, {}, payloadTooLarge],
    ["that a form has no instance yet", [], { implementations: [fn], sizeBytes: 100 }, {}, REFUSAL.noInstance],
    [
      "that another form, without an instance yet, would take the body",
      refused(["serverless", payloadTooLarge]),
      { implementations: [vm, fn], sizeBytes: 101 },
      {},
      REFUSAL.noInstance,
    ],
    [
      "of what never passes the most frequent, among the forms that would take the body",
      refused(["serverless", payloadTooLarge], ["serverless", payloadTooLarge], ["vm", zoneNotAllowed]),
      { implementations: [vm, fn], sizeBytes: 101 },
      {},
      zoneNotAllowed,
    ],
    [
      "the instances' own limit where it is below the form's",
      refused(["vm", payloadTooLarge]),
      { implementations: [vm], sizeBytes: 101 },
      {},
      payloadTooLarge,
    ],
  ];
  for (const [what, evaluations, changes, policy, expected] of cases) {
    it(`tells ${what}`, () => assert.equal(refusalOf(evaluations, input(changes), { ...anyKind, ...policy }), expected));
  }
});

describe("refusalMessage", () => {
  const cases: [Refusal, Record<string, number>, string][] = [
    [
      REFUSAL.noFreeSlot,
      { NODE_LOST: 2, NO_FREE_SLOT: 1 },
      "no slot of app is free: 1 instance full (NODE_LOST 2, NO_FREE_SLOT 1)",
    ],
    [REFUSAL.noFreeSlot, { NO_FREE_SLOT: 3 }, "no slot of app is free: 3 instances full (NO_FREE_SLOT 3)"],
    [REFUSAL.noFreeSlot, {}, "no slot of app serves at once"],
    [REFUSAL.noFreeSlot, { NODE_LOST: 1 }, "no slot of app serves at once (NODE_LOST 1)"],
    [REFUSAL.noInstance, {}, "no instance of app is ready (no instance)"],
    [REFUSAL.nodeLost, { NODE_LOST: 1 }, "no instance of app is ready (NODE_LOST 1)"],
    [REFUSAL.payloadTooLarge, { PAYLOAD_TOO_LARGE: 1 }, "1.5 KiB is more than any form of app takes (PAYLOAD_TOO_LARGE 1)"],
    [REFUSAL.noImplementation, {}, "app is not deployed in any form that the request allows (no instance)"],
    [
      REFUSAL.zoneNotAllowed,
      { LABEL_MISMATCH: 1, ZONE_NOT_ALLOWED: 2 },
      "no instance of app can take the request under its conditions (LABEL_MISMATCH 1, ZONE_NOT_ALLOWED 2)",
    ],
  ];
  for (const [refusal, counts, expected] of cases) {
    it(`says "${expected}"`, () => assert.equal(refusalMessage(refusal, input({ sizeBytes: 1536 }), counts), expected));
  }
});

describe("countRefusals", () => {
  it("counts by reason, in order of reason, and leaves out what was not refused", () => {
    const { noFreeSlot, nodeLost } = REFUSAL;
    const counts = countRefusals(refused(["vm", noFreeSlot], ["vm", undefined], ["vm", nodeLost], ["vm", noFreeSlot]));
    assert.deepEqual(Object.entries(counts), [
      ["NODE_LOST", 1],
      ["NO_FREE_SLOT", 2],
    ]);
  });
});

describe("REFUSAL", () => {
  it("names every reason once", () => {
    const reasons = Object.values(REFUSAL).map(({ reason }) => reason);
    assert.equal(new Set(reasons).size, reasons.length);
  });
});
