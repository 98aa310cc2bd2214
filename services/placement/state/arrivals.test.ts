import assert from "node:assert/strict";
import { test } from "node:test";
import type { ArrivalReport, ArrivalReport__Output } from "../../../proto/gen/straightline/v1/ArrivalReport.js";
import { createArrivals } from "./arrivals.js";

test("arrivals of all replicas of the last two seconds count, and the latest word of each on who waits", () => {
  const clock = { ms: 0 };
  const [a, b] = [createArrivals(() => clock.ms), createArrivals(() => clock.ms)];
  const exchange = (from: typeof a, replica: string, waiting: number): void => {
    const report: ArrivalReport | undefined = from.report(replica, new Map(waiting === 0 ? [] : [["app", waiting]]));
    if (report === undefined) return;
    for (const to of [a, b]) to.take(report as ArrivalReport__Output);
  };
  for (let i = 0; i < 6; i++) a.count("app");
  for (let i = 0; i < 4; i++) b.count("app");
  exchange(a, "a", 3);
  exchange(b, "b", 2);
  assert.deepEqual([a.perSecond("app"), b.perSecond("app"), a.waiting("app")], [5, 5, 5]);
  clock.ms = 500;
  exchange(a, "a", 1);
  assert.deepEqual([a.perSecond("app"), b.waiting("app")], [5, 3]);
  clock.ms = 2100;
  assert.deepEqual([a.perSecond("app"), a.waiting("app")], [0, 1]);
  clock.ms = 3000;
  assert.deepEqual([a.perSecond("app"), a.waiting("app")], [0, 0]);
  assert.equal(a.report("a", new Map()), undefined, "nothing to tell");
});
