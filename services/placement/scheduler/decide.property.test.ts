import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  isDoubtful,
  isUnfit,
  mayTake,
  placeablesOf,
  randomSituation,
  type Situation,
} from "../../../test/support/random-situation.js";
import { seededRandom, shuffled, snapshot } from "../../../test/support/scheduler-builders.js";
import { POLICIES } from "../policies/index.js";
import { decide } from "./decide.js";
import type { PlacementPolicy } from "./types.js";

const ROUNDS = 500;

function forAll(check: (situation: Situation, policy: PlacementPolicy, random: () => number) => void): void {
  for (let seed = 1; seed <= ROUNDS; seed++) {
    const random = seededRandom(seed);
    const situation = randomSituation(random);
    for (const name of POLICIES.names) {
      try {
        check(situation, POLICIES.get(name), random);
      } catch (error) {
        throw new Error(`seed ${seed}, policy ${name}`, { cause: error });
      }
    }
  }
}

describe("decide, in any situation and under any policy,", () => {
  it("gives the same decision for the same input, whatever the order of nodes and instances", () => {
    forAll(({ fleet, request }, policy, random) => {
      const other = snapshot(shuffled(random, [...fleet.nodes.values()]), shuffled(random, fleet.instances));
      const [one, two] = [decide(other, request, policy), decide(fleet, request, policy)];
      assert.deepEqual(one, two);
      assert.deepEqual(one.trace, two.trace);
    });
  });

  it("leaves the fleet and the request as they were", () => {
    forAll(({ fleet, request }, policy) => {
      const before = structuredClone({ fleet, request });
      // Reading the trace is part of deciding: it is made when it is read.
      assert.ok(decide(fleet, request, policy).trace);
      assert.deepEqual({ fleet, request }, before);
    });
  });

  it("never chooses an instance that cannot take the request", () => {
    forAll(({ fleet, request }, policy) => {
      const decision = decide(fleet, request, policy);
      if (decision.type === "placed") assert.ok(mayTake(decision.candidate, request, policy));
    });
  });

  it("refuses only when no instance could take the request", () => {
    forAll((situation, policy) => {
      const { fleet, request } = situation;
      const some = placeablesOf(situation).some((each) => mayTake(each, request, policy));
      assert.equal(decide(fleet, request, policy).type, some ? "placed" : "refused");
    });
  });

  it("refuses for good only when no waiting could make an instance of the policy's kinds take the request", () => {
    forAll((situation, policy) => {
      const decision = decide(situation.fleet, situation.request, policy);
      if (decision.type === "placed" || decision.refusal.kind === "retryLater") return;
      const used = placeablesOf(situation).filter(({ instance: { kind } }) => policy.kinds?.includes(kind) ?? true);
      assert.ok(used.every((each) => isUnfit(each, situation.request)));
    });
  });

  it("chooses a doubtful instance only when no trusted one could take the request", () => {
    forAll((situation, policy) => {
      const decision = decide(situation.fleet, situation.request, policy);
      if (decision.type === "refused" || !isDoubtful(decision.candidate)) return;
      const able = placeablesOf(situation).filter((each) => mayTake(each, situation.request, policy));
      assert.ok(able.every(isDoubtful));
    });
  });

  it("calls the telemetry stale exactly when every node that it could use is suspect", () => {
    forAll((situation, policy) => {
      const { type, trace } = decide(situation.fleet, situation.request, policy);
      const able = placeablesOf(situation).filter((each) => mayTake(each, situation.request, policy));
      const pool = able.every(isDoubtful) ? able : able.filter((each) => !isDoubtful(each));
      assert.equal(trace.stale, type === "placed" && pool.every(({ node }) => node.health === "suspect"));
    });
  });

  it("accounts for every instance: feasible and refused ones add up to those considered", () => {
    forAll(({ fleet, request }, policy) => {
      const { trace } = decide(fleet, request, policy);
      const refused = Object.values(trace.refusedCounts).reduce((sum, count) => sum + count, 0);
      const feasible = trace.candidates.filter(({ refusal }) => refusal === "").length;
      assert.equal(refused + feasible, trace.candidatesConsidered);
      assert.equal(trace.candidatesConsidered, fleet.instances.length);
    });
  });

  it("lists first, of the candidates, the one that is taken", () => {
    forAll(({ fleet, request }, policy) => {
      const decision = decide(fleet, request, policy);
      if (decision.type === "refused") return;
      assert.equal(decision.trace.candidates[0]?.instanceId, decision.candidate.instance.instanceId);
    });
  });
});
