import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createEventLoop } from "./event-loop.js";
import { createSharedResource } from "./shared-resource.js";

function setUp(rateOf: (jobs: number) => number) {
  const loop = createEventLoop(0);
  const resource = createSharedResource(loop, rateOf);
  const ends: Record<string, number> = {};
  const add = (name: string, atMs: number, work: number): void => {
    loop.at(atMs, () => resource.add(work, () => (ends[name] = Number(loop.now().toFixed(6)))));
  };
  return { loop, resource, ends, add };
}

describe("a shared resource", () => {
  it("gives one job all of it, and two half each while both are there", () => {
    const { loop, ends, add } = setUp((jobs) => 1 / jobs);
    add("long", 0, 100);
    add("short", 40, 10);
    loop.run(() => false);
    // From 40 on both run at half speed: the short one needs 20, the long one has 50 left at 60.
    assert.deepEqual(ends, { short: 60, long: 110 });
  });

  it("runs as many at full speed as there are cores", () => {
    const { loop, ends, add } = setUp((jobs) => Math.min(1, 2 / jobs));
    for (const name of ["a", "b", "c"]) add(name, 0, 20);
    loop.run(() => false);
    assert.deepEqual(ends, { a: 30, b: 30, c: 30 });
  });

  it("follows a rate that changes from outside, and forgets a job that is removed", () => {
    let speed = 1;
    const { loop, resource, ends, add } = setUp(() => speed);
    add("kept", 0, 100);
    loop.at(0, () => {
      const job = resource.add(50, () => (ends["removed"] = loop.now()));
      loop.at(20, () => resource.remove(job));
    });
    loop.at(50, () => {
      speed = 0.25;
      resource.refresh();
    });
    loop.run(() => false);
    assert.deepEqual(ends, { kept: 250 });
  });

  it("knows what is left of a job", () => {
    const { loop, resource } = setUp((jobs) => 1 / jobs);
    const job = resource.add(100, () => undefined);
    let left = 0;
    loop.at(30, () => (left = resource.left(job)));
    loop.run(() => false);
    assert.equal(left, 70);
    assert.equal(resource.left(job), 0);
  });
});
