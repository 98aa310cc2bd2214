import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ApplicationRecord, ApplicationRecord__Output } from "../../../proto/gen/straightline/v1/ApplicationRecord.js";
import type { Assignment, Assignment__Output } from "../../../proto/gen/straightline/v1/Assignment.js";
import type { InstanceTelemetry } from "../../../proto/gen/straightline/v1/InstanceTelemetry.js";
import type { Job__Output } from "../../../proto/gen/straightline/v1/Job.js";
import type { RolloutPhase__Output } from "../../../proto/gen/straightline/v1/RolloutPhase.js";
import { telemetry, telemetryInstance } from "../../../test/support/telemetry-builders.js";
import { messageCodec } from "../../common/wire/index.js";
import { planAll } from "../controller/index.js";
import type { Mirror, NodeState } from "../state/index.js";
import { applicationStatus } from "./application-status.js";

const records = messageCodec<ApplicationRecord, ApplicationRecord__Output>("ApplicationRecord");
const assignments = messageCodec<Assignment, Assignment__Output>("Assignment");
const KIND = "NODE_KIND_VM" as const;
const RECORD = records.decode(
  records.encode({
    spec: { name: "app", readyPath: "/ready", implementations: [{ kind: KIND, replicas: 2 }] },
    generation: 3,
  }),
);

function node(nodeId: string, instances: readonly InstanceTelemetry[], changes: Partial<NodeState> = {}): NodeState {
  return {
    nodeId,
    kind: "vm",
    health: "fresh",
    ageMs: 0,
    scheduling: "open",
    telemetry: telemetry(nodeId, "vm", { instances: [...instances] }),
    reservedSlots: {},
    conflict: "",
    ...changes,
  };
}

function statusOf(
  nodes: readonly NodeState[],
  assigned: number,
  phase: RolloutPhase__Output = "ROLLOUT_PHASE_COMPLETE",
  zones: readonly string[] = [],
) {
  const standing = Array.from({ length: assigned }, (_, replica) =>
    assignments.decode(
      assignments.encode({ nodeId: "n1", application: "app", replica, implementation: { kind: KIND }, generation: 3 }),
    ),
  );
  const constraints = { labels: {}, zones: [...zones], affinity: [], antiAffinity: [] };
  const spec = RECORD.spec && { ...RECORD.spec, constraints };
  const record = { ...RECORD, spec, rollout: { phase, message: "", failedGeneration: 0 } };
  const mirrors = {
    applications: mirror<ApplicationRecord__Output>([]),
    assignments: mirror(standing),
    jobs: mirror<Job__Output>([]),
  };
  const forms = () => planAll({ ...mirrors, nodes }, record).forms;
  return applicationStatus(record, { nodes, assignments: standing, frequency: 1.5, forms });
}

/** What a mirror has read, and nothing else of it. */
function mirror<T>(values: readonly T[]): Mirror<T> {
  const entries = new Map(values.map((value, at) => [String(at), { key: String(at), value, revision: 1 }]));
  return { entries } as unknown as Mirror<T>;
}

describe("an application's status", () => {
  const starting = telemetryInstance("b", { state: "INSTANCE_STATE_STARTING" });
  const impaired = { telemetry: telemetry("n1", "vm", { impairment: "no engine" }) };
  const cases: [string, NodeState[], number, { ready: number; message: string }][] = [
    ["nothing is missing", [node("n1", [telemetryInstance("a"), telemetryInstance("b")])], 2, { ready: 2, message: "" }],
    ["no node of the kind is there", [], 0, { ready: 0, message: "no vm node has joined" }],
    [
      "every node is lost",
      [node("n1", [telemetryInstance("a")], { health: "lost" })],
      2,
      { ready: 0, message: "every vm node is lost" },
    ],
    [
      "no node takes an instance, and why each refuses",
      [node("n1", [], { scheduling: "cordoned" }), node("n2", [], { scheduling: "draining" }), node("n3", [], impaired)],
      0,
      { ready: 0, message: "2 without a node: n1: it is cordoned; n2: it is draining; n3: no engine" },
    ],
    [
      "a node is lost and the other one is closed",
      [node("n1", [], { health: "lost" }), node("n2", [], { scheduling: "cordoned" })],
      2,
      { ready: 0, message: "2 without a node: n1: it is lost; n2: it is cordoned" },
    ],
    ["more are about to be assigned", [node("n1", [])], 0, { ready: 0, message: "0 of 2 ready" }],
    [
      "an instance fails",
      [node("n1", [telemetryInstance("a"), { ...starting, state: "INSTANCE_STATE_FAILED", lastError: "exit code 3" }])],
      2,
      { ready: 1, message: "b: exit code 3" },
    ],
    [
      "an instance still starts, also beside one that failed once and is ready again",
      [node("n1", [telemetryInstance("a", { lastError: "exit code 3" }), { ...starting, httpEndpoint: "" }])],
      2,
      { ready: 1, message: "1 of 2 ready" },
    ],
    [
      "an instance runs and does not answer",
      [node("n1", [telemetryInstance("a"), starting])],
      2,
      { ready: 1, message: "b: it runs; nothing answers GET /ready yet" },
    ],
  ];
  for (const [what, nodes, assigned, expected] of cases) {
    it(`tells it when ${what}`, () => {
      const [form] = statusOf(nodes, assigned).implementations ?? [];
      assert.deepEqual(form, { kind: KIND, desired: 2, assigned, updated: 0, scaling: "", ...expected });
    });
  }

  it("tells which instances stay on nodes that its constraints have come to forbid, and why no other takes them", () => {
    const instances = [telemetryInstance("a"), telemetryInstance("b")];
    const nodes = [
      node("n1", [], { telemetry: telemetry("n1", "vm", { zone: "earth", instances }) }),
      node("n2", [], { scheduling: "cordoned" }),
      node("n3", [], { scheduling: "draining" }),
    ];
    const messageIn = (...zones: string[]) => statusOf(nodes, 2, "ROLLOUT_PHASE_COMPLETE", zones).implementations?.[0]?.message;
    assert.equal(messageIn("earth"), "");
    assert.equal(
      messageIn("moon"),
      "2 stay only until another node takes over: n1: it is in zone earth; no other takes them: n2: it is cordoned; n3: it is draining",
    );
    nodes.splice(1);
    assert.equal(messageIn("moon"), "2 stay only until another node takes over: n1: it is in zone earth");
  });

  it("tells why a new generation is not there yet although the old one serves", () => {
    const old = [telemetryInstance("a"), telemetryInstance("b")];
    const failing = telemetryInstance("c", { state: "INSTANCE_STATE_UNHEALTHY", generation: 3, lastError: "exit code 3" });
    const messageOf = (instances: InstanceTelemetry[]) =>
      statusOf([node("n1", instances)], 2, "ROLLOUT_PHASE_PROGRESSING").implementations?.[0]?.message;
    assert.equal(messageOf([...old, failing]), "c: exit code 3");
    assert.equal(messageOf([...old, { ...failing, state: "INSTANCE_STATE_STOPPING" }]), "0 of 2 at generation 3");
  });

  it("lists the application's own instances on living nodes, with our slots, and f_t", () => {
    const nodes = [
      node("n1", [telemetryInstance("a"), telemetryInstance("x", { application: "other" })], { reservedSlots: { a: 2 } }),
      node("n2", [telemetryInstance("gone")], { health: "lost" }),
    ];
    const { instances = [], frequency, generation } = statusOf(nodes, 1);
    assert.deepEqual(
      instances.map(({ nodeId, telemetry: seen, reservedSlots }) => [nodeId, seen?.instanceId, reservedSlots]),
      [["n1", "a", 2]],
    );
    assert.deepEqual([frequency, generation], [1.5, 3]);
  });
});
