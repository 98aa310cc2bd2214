import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { encodeTelemetry } from "../../../test/support/telemetry-builders.js";
import type { BusConnection, BusMessage } from "../../common/bus/index.js";
import { type Logger, passThroughTracing } from "../../common/observe/index.js";
import { createFleet } from "./fleet.js";
import { createReservations } from "./reservations.js";
import { startTelemetryIntake } from "./telemetry-intake.js";

/** An intake whose bus and clock the test speaks for, with what it logs. */
function setUp() {
  const clock = { nowMs: 0 };
  const now = (): number => clock.nowMs;
  const logged: { node: string; fault: string; dropped: number }[] = [];
  const fleet = createFleet(
    now,
    { suspectTicks: 3, lostTicks: 10 },
    createReservations(now, () => undefined),
  );
  let deliver: (message: BusMessage) => void = () => undefined;
  const bus: Pick<BusConnection, "subscribe"> = {
    subscribe(_subject, onMessage) {
      deliver = onMessage;
      return { close: () => undefined };
    },
  };
  const log = { warn: (facts: (typeof logged)[number]) => logged.push(facts) };
  const dropped = { add: () => undefined };
  startTelemetryIntake(bus as BusConnection, fleet, {
    log: log as unknown as Logger,
    tracing: passThroughTracing(),
    now,
    dropped,
  });
  const send = (nodeId: string, data: Uint8Array): void =>
    deliver({ subject: `straightline.v1.telemetry.vm.${nodeId}`, data, traceparent: undefined });
  return { clock, fleet, logged, send };
}

const GARBAGE = new Uint8Array([0xff, 0xff, 0xff]);

describe("the telemetry intake", () => {
  it("feeds the fleet", () => {
    const { fleet, logged, send } = setUp();
    send("n1", encodeTelemetry("n1", "vm"));
    assert.deepEqual([fleet.nodes().map(({ nodeId }) => nodeId), logged], [["n1"], []]);
  });

  it("drops bytes that are no snapshot and snapshots of another node, and takes the next honest one", () => {
    const { fleet, logged, send } = setUp();
    send("n1", GARBAGE);
    send("n2", encodeTelemetry("n3", "vm"));
    send("n1", encodeTelemetry("n1", "vm"));
    assert.deepEqual(
      fleet.nodes().map(({ nodeId }) => nodeId),
      ["n1"],
    );
    assert.match(logged[0]?.fault ?? "", /^not a TelemetrySnapshot: /);
    assert.equal(logged[1]?.fault, 'node_id "n3" does not match the subject');
  });

  it("logs a node's faults once a minute, with their count; another node's by themselves", () => {
    const { clock, logged, send } = setUp();
    for (let i = 0; i < 50; i++) send("n1", GARBAGE);
    send("n2", GARBAGE);
    clock.nowMs = 59_999;
    send("n1", GARBAGE);
    assert.deepEqual(
      logged.map(({ node, dropped }) => [node, dropped]),
      [
        ["n1", 1],
        ["n2", 1],
      ],
    );
    clock.nowMs = 60_000;
    send("n1", GARBAGE);
    assert.deepEqual([logged.length, logged.at(-1)?.dropped], [3, 52]);
  });
});
