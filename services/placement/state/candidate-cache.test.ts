import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { pick, seededRandom } from "../../../test/support/scheduler-builders.js";
import { telemetry, telemetryInstance } from "../../../test/support/telemetry-builders.js";
import { createLearner } from "../learning/index.js";
import type { FleetSnapshot } from "../scheduler/index.js";
import { createFleet } from "./fleet.js";
import { createReservations } from "./reservations.js";

const LIMITS = { suspectTicks: 3, lostTicks: 10 };
const NODES = ["a", "b", "c", "d"];
const APPLICATIONS = ["app", "other"];

/** Two fleets over the same state: one is told of changes, the other makes every view anew. */
function setUp() {
  const clock = { ms: 1_000_000 };
  const now = (): number => clock.ms;
  const reservations = createReservations(now, () => undefined);
  const learner = createLearner(now);
  const { count, outlook } = reservations;
  // A peak is taken once; the second fleet is given what the first has taken.
  const peaks = new Map<string, number>();
  const takePeak = (key: string): number => {
    const peak = reservations.takePeak(key);
    peaks.set(key, peak);
    return peak;
  };
  const told = { ...reservations, takePeak };
  const untold = { count, outlook, takePeak: (key: string) => peaks.get(key) ?? 0 };
  const fleets = [
    createFleet(now, LIMITS, told, learner),
    createFleet(now, LIMITS, untold, { observe: () => undefined, modelOf: learner.modelOf }),
  ] as const;
  return { clock, reservations, learner, fleets };
}

/** What may not lag by more than the time between two refreshes. */
function essence({ candidates }: FleetSnapshot) {
  return (candidates ?? [])
    .map(({ instance, node }) => [node.nodeId, node.health, node.scheduling, { ...instance }] as const)
    .sort((a, b) => (a[3].instanceId < b[3].instanceId ? -1 : 1));
}

describe("a fleet that is told of changes", () => {
  it("shows the same instances as one that makes every view anew, whatever happens", () => {
    for (let seed = 1; seed <= 40; seed++) {
      const random = seededRandom(seed);
      const { clock, reservations, learner, fleets } = setUp();
      const held: string[] = [];
      let sequence = 0;
      const actions: readonly (() => void)[] = [
        () => {
          const nodeId = pick(random, NODES);
          sequence += 1;
          const instances = [0, 1, 2]
            .filter(() => random() < 0.8)
            .map((at) => telemetryInstance(`${nodeId}${at}`, { application: pick(random, APPLICATIONS), inFlight: at }));
          const snapshot = telemetry(nodeId, "vm", { sequence, instances });
          for (const fleet of fleets) fleet.accept(`straightline.v1.telemetry.vm.${nodeId}`, snapshot);
        },
        () => {
          const id = String(held.length);
          const nodeId = pick(random, NODES);
          held.push(id);
          const expected = { delayMs: 0, coldStartMs: 0, serviceMs: 40, slots: 1 };
          reservations.reserve(id, `${nodeId}/${nodeId}${pick(random, [0, 1, 2])}`, 500 + 1000 * random(), expected);
        },
        () => reservations.release(pick(random, ["0", ...held])),
        () => {
          const [nodeId, at] = [pick(random, NODES), pick(random, [0, 1, 2])];
          const times = { sizeBytes: 1000, responseMs: 50, serviceMs: 40, coldStartMs: 0, expectedWaitMs: 0 };
          const names = { application: "app", kind: "vm", nodeId, instanceId: `${nodeId}${at}`, outcome: "ok" } as const;
          learner.report({ ...names, ...times });
        },
        () => {
          const nodeId = pick(random, NODES);
          for (const fleet of fleets) fleet.markThrottled(nodeId, `${nodeId}${0}`);
        },
        () => {
          const nodeId = pick(random, NODES);
          for (const fleet of fleets) fleet.markSuspect(nodeId, `${nodeId}${1}`);
        },
        () => {
          const [nodeId, scheduling] = [pick(random, NODES), pick(random, ["open", "cordoned"] as const)];
          for (const fleet of fleets) fleet.remember(nodeId, "vm", scheduling);
        },
      ];
      for (let step = 0; step < 80; step++) {
        pick(random, actions)();
        clock.ms += 250 + Math.floor(random() * 400);
        for (const application of APPLICATIONS) {
          const [one, two] = fleets.map((fleet) => essence(fleet.snapshotFor(application)));
          assert.deepEqual(one, two, `seed ${seed}, step ${step}`);
        }
        // Without time going on, only what was touched is made anew.
        pick(random, actions.slice(1))();
        const [one, two] = fleets.map((fleet) => essence(fleet.snapshotFor("app")).map((each) => each[3].inFlight));
        assert.deepEqual(one, two, `seed ${seed}, step ${step}, at once`);
      }
    }
  });

  it("never changes a list that it has given", () => {
    const { fleets, reservations } = setUp();
    const [fleet] = fleets;
    fleet.accept("straightline.v1.telemetry.vm.a", telemetry("a", "vm", { instances: [telemetryInstance("a0")] }));
    const before = fleet.snapshotFor("app");
    reservations.reserve("p", "a/a0", 1000);
    const after = fleet.snapshotFor("app");
    assert.deepEqual([before.candidates?.[0]?.instance.inFlight, after.candidates?.[0]?.instance.inFlight], [0, 1]);
  });
});
