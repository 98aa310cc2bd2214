import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createOwnership } from "./ownership.js";

const LIMITS = { tickMs: 1000, lostAfterMs: 10_000 };
const FIRST = { agentInstanceId: "first", epochMs: 1000 };
const SECOND = { agentInstanceId: "second", epochMs: 2000 };

function setUp() {
  const clock = { ms: 100_000 };
  return { clock, ownership: createOwnership("node-1", () => clock.ms) };
}

describe("one agent", () => {
  it("is heard with rising sequence numbers only", () => {
    const { ownership } = setUp();
    const claims = [1, 2, 2, 1, 5].map((sequence) => ownership.claim(FIRST, sequence, LIMITS));
    assert.deepEqual(claims, ["accepted", "accepted", "old-sequence", "old-sequence", "accepted"]);
  });
  it("begins its numbers again with a newer epoch, and is not heard with an older one", () => {
    const { ownership } = setUp();
    ownership.claim(FIRST, 50, LIMITS);
    assert.equal(ownership.claim({ ...FIRST, epochMs: 1001 }, 1, LIMITS), "accepted");
    assert.equal(ownership.claim(FIRST, 51, LIMITS), "old-epoch");
  });
});

describe("a restarted agent", () => {
  it("is taken at once, without a conflict", () => {
    const { clock, ownership } = setUp();
    ownership.claim(FIRST, 50, LIMITS);
    clock.ms += 1000;
    assert.equal(ownership.claim(SECOND, 1, LIMITS), "accepted");
    assert.equal(ownership.conflict(LIMITS.lostAfterMs), "");
  });
  it("is not displaced by its former self's last words, that come late", () => {
    const { clock, ownership } = setUp();
    ownership.claim(FIRST, 50, LIMITS);
    ownership.claim(SECOND, 1, LIMITS);
    clock.ms += 100;
    assert.equal(ownership.claim(FIRST, 51, LIMITS), "old-epoch");
    assert.equal(ownership.conflict(LIMITS.lostAfterMs), "");
  });
  it("with a clock set back is taken too", () => {
    const { clock, ownership } = setUp();
    ownership.claim(SECOND, 50, LIMITS);
    clock.ms += 1000;
    assert.equal(ownership.claim(FIRST, 1, LIMITS), "accepted");
  });
});

describe("two agents that go on speaking", () => {
  function conflict() {
    const made = setUp();
    const { clock, ownership } = made;
    ownership.claim(FIRST, 1, LIMITS);
    clock.ms += 500;
    ownership.claim(SECOND, 1, LIMITS);
    clock.ms += 500;
    assert.equal(ownership.claim(FIRST, 2, LIMITS), "accepted");
    return made;
  }
  it("are a conflict: the older epoch is used, the newer is not", () => {
    const { clock, ownership } = conflict();
    clock.ms += 500;
    assert.equal(ownership.claim(SECOND, 2, LIMITS), "duplicate");
    assert.match(
      ownership.conflict(LIMITS.lostAfterMs),
      /^more than one agent claims node-1: first .* is used, second .* ignored/,
    );
  });
  it("are none any more when the newer falls silent", () => {
    const { clock, ownership } = conflict();
    clock.ms += 10_001;
    assert.equal(ownership.conflict(LIMITS.lostAfterMs), "");
  });
  it("give way to the newer when the older falls silent", () => {
    const { clock, ownership } = conflict();
    clock.ms += 10_001;
    assert.equal(ownership.claim(SECOND, 12, LIMITS), "accepted");
    assert.equal(ownership.conflict(LIMITS.lostAfterMs), "");
  });
  it("with one epoch do not displace each other in turn", () => {
    const { clock, ownership } = setUp();
    const twin = { agentInstanceId: "second", epochMs: FIRST.epochMs };
    const claims: string[] = [];
    for (let sequence = 1; sequence <= 4; sequence++) {
      for (const agent of [FIRST, twin]) {
        claims.push(`${agent.agentInstanceId} ${ownership.claim(agent, sequence, LIMITS)}`);
        clock.ms += 500;
      }
    }
    assert.deepEqual(claims.slice(2), [
      "first accepted",
      "second duplicate",
      "first accepted",
      "second duplicate",
      "first accepted",
      "second duplicate",
    ]);
  });
});
