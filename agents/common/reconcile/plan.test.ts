import assert from "node:assert/strict";
import { test } from "node:test";
import { type InstancePhase, type PlanInput, type PlannedInstance, planActions } from "./plan.js";

const NOW = 1000;

function instance(instanceId: string, generation: number, phase: InstancePhase, startedAtMs = 0): PlannedInstance {
  return { instanceId, assignment: "app.0", generation, phase, startedAtMs, available: phase === "ready" };
}

function input(changes: Partial<PlanInput>): PlanInput {
  const nothing = { desired: new Map(), instances: [], failures: new Map() };
  return { nowMs: NOW, maxStarts: 2, impaired: false, ...nothing, ...changes };
}

const wanted = (generation: number, ...assignments: string[]) =>
  new Map((assignments.length === 0 ? ["app.0"] : assignments).map((assignment) => [assignment, { generation }]));

const failure = (generation: number, notBeforeMs: number, permanent = false) =>
  new Map([["app.0", { generation, notBeforeMs, permanent }]]);

const CASES: readonly { readonly title: string; readonly input: Partial<PlanInput>; readonly actions: readonly string[] }[] = [
  { title: "nothing wanted, nothing there: nothing to do", input: {}, actions: [] },
  { title: "what is wanted and missing is started", input: { desired: wanted(1) }, actions: ["start app.0"] },
  {
    title: "what is wanted and starting is waited for",
    input: { desired: wanted(1), instances: [instance("a", 1, "starting")] },
    actions: [],
  },
  {
    title: "what is wanted and unhealthy is given time",
    input: { desired: wanted(1), instances: [instance("a", 1, "unhealthy")] },
    actions: [],
  },
  { title: "what is not wanted is stopped", input: { instances: [instance("a", 1, "ready")] }, actions: ["stop a"] },
  {
    title: "what has exited is cleared away and started anew",
    input: { desired: wanted(1), instances: [instance("a", 1, "exited")] },
    actions: ["stop a", "start app.0"],
  },
  {
    title: "an old generation serves until the new one is there",
    input: { desired: wanted(2), instances: [instance("a", 1, "ready")] },
    actions: ["start app.0"],
  },
  {
    title: "an old generation serves while the new one starts",
    input: { desired: wanted(2), instances: [instance("a", 1, "ready"), instance("b", 2, "starting")] },
    actions: [],
  },
  {
    title: "an old generation goes when the new one is ready",
    input: { desired: wanted(2), instances: [instance("a", 1, "ready"), instance("b", 2, "ready")] },
    actions: ["stop a"],
  },
  {
    title: "an old generation serves while the new one has not been ready for long enough",
    input: { desired: wanted(2), instances: [instance("a", 1, "ready"), { ...instance("b", 2, "ready"), available: false }] },
    actions: [],
  },
  {
    title:
      "an old generation that does not answer for a moment, or not yet after its agent began anew, stays until the new one is there",
    input: { desired: wanted(2), instances: [instance("a", 1, "unhealthy"), instance("b", 2, "starting")] },
    actions: [],
  },
  {
    title: "an old generation that has never served goes at once",
    input: { desired: wanted(2), instances: [instance("a", 1, "starting")] },
    actions: ["stop a", "start app.0"],
  },
  {
    title: "a higher generation than wanted is replaced too, as after a store that was lost",
    input: { desired: wanted(1), instances: [instance("a", 5, "ready"), instance("b", 1, "ready")] },
    actions: ["stop a"],
  },
  {
    title: "of two of one generation the ready one stays",
    input: { desired: wanted(1), instances: [instance("a", 1, "starting", 1), instance("b", 1, "ready", 2)] },
    actions: ["stop a"],
  },
  {
    title: "of two ready ones the older stays",
    input: { desired: wanted(1), instances: [instance("b", 1, "ready", 2), instance("a", 1, "ready", 1)] },
    actions: ["stop b"],
  },
  {
    title: "what is being stopped is left alone, and not counted as there",
    input: { desired: wanted(1), instances: [instance("a", 1, "stopping")] },
    actions: ["start app.0"],
  },
  { title: "a failure waits for its time", input: { desired: wanted(1), failures: failure(1, NOW + 1) }, actions: [] },
  {
    title: "a failure is tried again at its time",
    input: { desired: wanted(1), failures: failure(1, NOW) },
    actions: ["start app.0"],
  },
  { title: "a permanent failure is not tried again", input: { desired: wanted(1), failures: failure(1, 0, true) }, actions: [] },
  {
    title: "a failure of an older generation does not hold the new one back",
    input: { desired: wanted(2), failures: failure(1, NOW + 1, true) },
    actions: ["start app.0"],
  },
  { title: "an impaired node starts nothing", input: { desired: wanted(1), impaired: true }, actions: [] },
  {
    title: "an impaired node still stops what is not wanted",
    input: { impaired: true, instances: [instance("a", 1, "ready")] },
    actions: ["stop a"],
  },
  {
    title: "no more start at a time than allowed",
    input: { desired: wanted(1, "app.0", "app.1", "app.2"), maxStarts: 2, instances: [instance("a", 1, "starting")] },
    actions: ["start app.1"],
  },
];

for (const { title, input: changes, actions } of CASES) {
  test(title, () => {
    const planned = planActions(input(changes));
    assert.deepEqual(
      planned.map((action) => (action.type === "start" ? `start ${action.assignment}` : `stop ${action.instanceId}`)),
      actions,
    );
  });
}
