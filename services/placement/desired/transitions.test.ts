import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Application, Application__Output } from "../../../proto/gen/straightline/v1/Application.js";
import type { ApplicationRecord__Output } from "../../../proto/gen/straightline/v1/ApplicationRecord.js";
import type { Implementation } from "../../../proto/gen/straightline/v1/Implementation.js";
import { withCode } from "../../../test/support/placement-harness.js";
import { messageCodec } from "../../common/wire/index.js";
import { desiredReplicas } from "./capacity.js";
import { completed, deployed, failed, rolledBack, scaled } from "./transitions.js";

const codec = messageCodec<Application, Application__Output>("Application");
const CONTEXT = { nowMs: 5, traceparent: "" };

function spec(form: Implementation = {}, changes: Application = {}): Application__Output {
  const implementations = [{ kind: "NODE_KIND_VM" as const, replicas: 1, concurrency: 1, ...form }];
  return codec.decode(codec.encode({ name: "app", artifact: { command: { argv: ["a"] } }, implementations, ...changes }));
}

const first = deployed(undefined, spec(), 0, CONTEXT);
const fact = ({ generation, rollout, revisions }: ApplicationRecord__Output) => [
  generation,
  rollout?.phase.replace("ROLLOUT_PHASE_", ""),
  revisions.map((one) => one.generation),
];

describe("deploy", () => {
  it("begins at the generation after the last that is known", () => {
    assert.deepEqual(fact(first), [1, "PROGRESSING", []]);
    assert.deepEqual(fact(deployed(undefined, spec(), 7, CONTEXT)), [8, "PROGRESSING", []]);
  });

  it("changes nothing where all is as asked", () => {
    assert.equal(deployed(first, spec(), 0, CONTEXT), first);
  });

  it("restarts nothing for another number of instances or other constraints", () => {
    const more = deployed(
      completed(first),
      spec({ replicas: 3 }, { constraints: { zones: ["a"] }, objectiveMs: 50 }),
      0,
      CONTEXT,
    );
    assert.deepEqual(fact(more), [1, "COMPLETE", []]);
    assert.equal(more.spec?.implementations[0]?.replicas, 3);
  });

  it("gives what instances are made of the next generation, and keeps the last that was ready to go back to", () => {
    const changed = spec({ concurrency: 2 });
    assert.deepEqual(fact(deployed(first, changed, 0, CONTEXT)), [2, "PROGRESSING", []]);
    assert.deepEqual(fact(deployed(completed(first), changed, 0, CONTEXT)), [2, "PROGRESSING", [1]]);
  });

  it("keeps at most five revisions", () => {
    let record = completed(first);
    for (let concurrency = 2; concurrency <= 9; concurrency++) {
      record = completed(deployed(record, spec({ concurrency }), 0, CONTEXT));
    }
    assert.deepEqual(fact(record), [9, "COMPLETE", [8, 7, 6, 5, 4]]);
  });

  it("tries what has failed again as a new generation", () => {
    assert.deepEqual(fact(deployed(failed(first, "why"), spec(), 0, CONTEXT)), [2, "PROGRESSING", []]);
  });
});

describe("a failed revision", () => {
  const second = deployed(completed(first), spec({ concurrency: 2 }), 0, CONTEXT);
  it("brings the last one that was ready back, and its generation with it, so that what runs goes on", () => {
    const back = failed(second, "n1: exit code 3");
    assert.deepEqual(fact(back), [1, "ROLLED_BACK", []]);
    assert.equal(back.rollout?.message, "generation 2 failed: n1: exit code 3");
    assert.equal(back.spec?.implementations[0]?.concurrency, 1);
    assert.deepEqual(fact(deployed(back, spec({ concurrency: 3 }), 0, CONTEXT)), [3, "PROGRESSING", [1]]);
  });

  it("is past once what came back is deployed again", () => {
    const again = deployed(failed(second, "why"), spec(), 0, CONTEXT);
    assert.deepEqual(fact(again), [1, "PROGRESSING", []]);
    assert.equal(completed(again).rollout?.message, "");
    assert.deepEqual(fact(deployed(failed(second, "why"), spec({ replicas: 3 }), 0, CONTEXT)), [1, "PROGRESSING", []]);
  });

  it("stays where there is none to go back to", () => {
    assert.deepEqual(fact(failed(first, "why")), [1, "FAILED", []]);
  });
});

describe("rollback", () => {
  const second = completed(deployed(completed(first), spec({ concurrency: 2 }), 0, CONTEXT));
  it("goes to the newest earlier revision, or to the one asked for, and there is a way forward again", () => {
    assert.deepEqual(fact(rolledBack(second, 0, CONTEXT)), [1, "PROGRESSING", [2]]);
    assert.deepEqual(fact(rolledBack(completed(rolledBack(second, 1, CONTEXT)), 2, CONTEXT)), [2, "PROGRESSING", [1]]);
  });

  it("is refused where there is nothing to go back to", () => {
    assert.throws(() => rolledBack(first, 0, CONTEXT), withCode("NO_EARLIER_REVISION"));
    assert.throws(() => rolledBack(second, 9, CONTEXT), withCode("INVALID_REQUEST"));
  });
});

describe("scale", () => {
  it("changes the number alone", () => {
    const more = scaled(completed(first), "NODE_KIND_VM", { replicas: 4, autoscale: null });
    assert.deepEqual([fact(more), desiredReplicas(more, more.spec?.implementations[0] as never)], [[1, "COMPLETE", []], 4]);
  });

  it("is refused for a form that the application does not have", () => {
    const scale = () => scaled(first, "NODE_KIND_CONTAINER", { replicas: 1, autoscale: null });
    assert.throws(scale, withCode("INVALID_REQUEST"));
    assert.throws(scale, /kind: app runs as vm, not as container; deploy it so/);
  });

  it("lets what the autoscaler has chosen go before what was asked for to begin with", () => {
    const following = scaled(first, "NODE_KIND_VM", { replicas: 1, autoscale: { min: 0, max: 5, idleMs: 1000 } });
    const chosen = { ...following, scaled: [{ kind: "NODE_KIND_VM" as const, replicas: 5, reason: "load", warmWorkers: 0 }] };
    assert.equal(desiredReplicas(chosen, chosen.spec?.implementations[0] as never), 5);
    assert.deepEqual(scaled(chosen, "NODE_KIND_VM", { replicas: 2, autoscale: null }).scaled, []);
    const bounded = scaled(chosen, "NODE_KIND_VM", { replicas: undefined, autoscale: { min: 0, max: 9, idleMs: 0 } });
    assert.equal(desiredReplicas(bounded, bounded.spec?.implementations[0] as never), 5, "nothing else was asked for");
  });

  it("leaves what is not told as it is, the number within the bounds", () => {
    const following = deployed(undefined, spec({ replicas: 3, autoscale: { min: 2, max: 4, idleMs: 4000 } }), 0, CONTEXT);
    const asked = (known: typeof first, replicas: number | undefined, min: number, max: number, idleMs = 0) => {
      const [form] = scaled(known, "NODE_KIND_VM", { replicas, autoscale: { min, max, idleMs } }).spec?.implementations ?? [];
      return [form?.replicas, form?.autoscale];
    };
    assert.deepEqual(asked(following, undefined, 1, 6), [3, { min: 1, max: 6, idleMs: 4000 }]);
    assert.deepEqual(asked(following, undefined, 0, 2), [2, { min: 0, max: 2, idleMs: 4000 }]);
    assert.deepEqual(asked(following, 5, 1, 6, 9000), [5, { min: 1, max: 6, idleMs: 9000 }]);
    assert.deepEqual(asked(first, undefined, 1, 2), [1, { min: 1, max: 2, idleMs: 60_000 }], "none held before");
  });
});

describe("what the autoscaler has chosen", () => {
  const vm = { kind: "NODE_KIND_VM" as const, replicas: 5, reason: "load", warmWorkers: 0 };
  const following = spec({ autoscale: { min: 1, max: 8, idleMs: 1000 } });
  const under = (record: ApplicationRecord__Output): ApplicationRecord__Output => ({ ...completed(record), scaled: [vm] });
  const next = spec({ autoscale: { min: 1, max: 8, idleMs: 1000 }, concurrency: 2 });
  const replicasOf = (record: ApplicationRecord__Output): number =>
    desiredReplicas(record, record.spec?.implementations[0] as never);

  it("stands through a new revision, a failed one and a rollback: none takes capacity away from under the load", () => {
    const second = deployed(under(deployed(undefined, following, 0, CONTEXT)), next, 0, CONTEXT);
    assert.deepEqual([second.generation, replicasOf(second)], [2, 5]);
    assert.deepEqual([failed(second, "why").generation, replicasOf(failed(second, "why"))], [1, 5]);
    assert.equal(replicasOf(rolledBack(under(second), 0, CONTEXT)), 5);
  });

  it("is kept within other bounds, and goes with the form that followed the load", () => {
    const first = under(deployed(undefined, following, 0, CONTEXT));
    assert.equal(replicasOf(deployed(first, spec({ autoscale: { min: 1, max: 3, idleMs: 1000 } }), 0, CONTEXT)), 3);
    assert.deepEqual(deployed(first, spec({ replicas: 2 }), 0, CONTEXT).scaled, []);
  });
});
