import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { input, instance, node, pick, seededRandom, shuffled, snapshot } from "../../../test/support/scheduler-builders.js";
import { POLICIES } from "../policies/index.js";
import { decide } from "./decide.js";
import type { FleetSnapshot, PlacementInput } from "./types.js";

const ROUNDS = 500;
const KINDS = ["vm", "container", "serverless"] as const;

interface Situation {
  readonly fleet: FleetSnapshot;
  readonly request: PlacementInput;
}

/** A fleet of up to 8 nodes and 16 instances in all conditions, and a request. */
function situation(random: () => number): Situation {
  const nodes = Array.from({ length: 1 + Math.floor(random() * 8) }, (_, at) =>
    node(`n-${at}`, pick(random, KINDS), {
      health: pick(random, ["fresh", "fresh", "suspect", "lost"]),
      ageMs: Math.floor(random() * 10_000),
      scheduling: pick(random, ["open", "open", "open", "cordoned", "draining"]),
      zone: pick(random, ["", "a", "b"]),
      labels: pick(random, [{}, { gpu: "yes" }]),
    }),
  );
  const instances = Array.from({ length: Math.floor(random() * 16) }, (_, at) =>
    instance(pick(random, nodes), `i-${at}`, {
      state: pick(random, ["ready", "ready", "ready", "starting", "unhealthy", "stopping"]),
      concurrency: Math.floor(random() * 4),
      inFlight: Math.floor(random() * 4),
      queued: Math.floor(random() * 3),
      payloadLimitBytes: pick(random, [0, 0, 1000, 200_000]),
      suspect: random() < 0.2,
      throttled: random() < 0.1,
    }),
  );
  const request = input({
    sizeBytes: pick(random, [0, 999, 1000, 131_072, 300_000]),
    frequency: pick(random, [0, 5, 10, 20]),
    constraints: {
      kinds: pick(random, [[], [], ["vm"], ["container", "serverless"]]),
      zones: pick(random, [[], [], ["a"]]),
      nodeLabels: pick(random, [{}, {}, { gpu: "yes" }]),
      excludedInstanceIds: pick(random, [[], ["i-0", "i-1"]]),
    },
  });
  return { fleet: snapshot(nodes, instances), request };
}

function forAll(check: (situation: Situation, random: () => number, policy: ReturnType<typeof POLICIES.get>) => void): void {
  for (let seed = 1; seed <= ROUNDS; seed++) {
    const random = seededRandom(seed);
    const made = situation(random);
    for (const name of POLICIES.names) {
      try {
        check(made, random, POLICIES.get(name));
      } catch (error) {
        throw new Error(`seed ${seed}, policy ${name}`, { cause: error });
      }
    }
  }
}

describe("decide, in any situation and under any policy,", () => {
  it("gives the same decision for the same input, whatever the order of nodes and instances", () => {
    forAll(({ fleet, request }, random, policy) => {
      const other = snapshot(shuffled(random, [...fleet.nodes.values()]), shuffled(random, fleet.instances));
      const [one, two] = [decide(other, request, policy), decide(fleet, request, policy)];
      assert.deepEqual(one, two);
      assert.deepEqual(one.trace, two.trace);
    });
  });

  it("never chooses an instance that cannot take the request", () => {
    forAll(({ fleet, request }, _random, policy) => {
      const decision = decide(fleet, request, policy);
      if (decision.type === "refused") return;
      const { instance: taken, node: on } = decision.candidate;
      const { constraints, sizeBytes } = request.request;
      assert.notEqual(on.health, "lost");
      assert.equal(on.scheduling, "open");
      assert.equal(taken.state, "ready");
      const mayQueue = taken.kind !== "serverless" && taken.concurrency > 0;
      const room = mayQueue ? Math.max(0, (policy.queueDepth ?? 0) - taken.queued) : 0;
      assert.ok(taken.inFlight < taken.concurrency + room && !taken.throttled);
      assert.ok(taken.payloadLimitBytes === 0 || sizeBytes <= taken.payloadLimitBytes);
      assert.ok(constraints.kinds.length === 0 || constraints.kinds.includes(taken.kind));
      assert.ok(constraints.zones.length === 0 || constraints.zones.includes(on.zone));
      assert.ok(!constraints.excludedInstanceIds.includes(taken.instanceId));
    });
  });

  it("chooses a doubtful instance only when no trusted one that the policy uses could take the request", () => {
    forAll(({ fleet, request }, _random, policy) => {
      const decision = decide(fleet, request, policy);
      if (decision.type === "refused") return;
      const doubtful = (nodeHealth: string, suspect: boolean): boolean => nodeHealth !== "fresh" || suspect;
      const { instance: taken, node: on } = decision.candidate;
      if (!doubtful(on.health, taken.suspect)) return;
      const feasible = decision.trace.candidates.filter(({ refusal }) => refusal === "");
      for (const { instanceId, nodeHealth } of feasible) {
        const view = fleet.instances.find((each) => each.instanceId === instanceId);
        assert.ok(doubtful(nodeHealth, view?.suspect ?? false), `${instanceId} could have been trusted`);
      }
    });
  });

  it("accounts for every instance: feasible and refused ones add up to those considered", () => {
    forAll(({ fleet, request }, _random, policy) => {
      const { trace } = decide(fleet, request, policy);
      const refused = Object.values(trace.refusedCounts).reduce((sum, count) => sum + count, 0);
      const feasible = trace.candidates.filter(({ refusal }) => refusal === "").length;
      assert.equal(refused + feasible, trace.candidatesConsidered);
      assert.equal(trace.candidatesConsidered, fleet.instances.length);
    });
  });
});
