import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ApplicationRecord, ApplicationRecord__Output } from "../../../proto/gen/straightline/v1/ApplicationRecord.js";
import type { Assignment, Assignment__Output } from "../../../proto/gen/straightline/v1/Assignment.js";
import type { Job, Job__Output } from "../../../proto/gen/straightline/v1/Job.js";
import type { StoredItem } from "../../common/bus/index.js";
import { messageCodec } from "../../common/wire/index.js";
import { digestsInUse } from "./in-use.js";
import { createUnneededWatch } from "./unneeded.js";

const records = messageCodec<ApplicationRecord, ApplicationRecord__Output>("ApplicationRecord");
const assignments = messageCodec<Assignment, Assignment__Output>("Assignment");
const jobs = messageCodec<Job, Job__Output>("Job");

const spec = (digest: string) => ({ name: "app", artifact: { bundle: { digest } } });

describe("artifacts in use", () => {
  it("are those of applications, of revisions to go back to, of instances, and of jobs that are kept", () => {
    const record = records.decode(records.encode({ spec: spec("now"), revisions: [{ spec: spec("before") }] }));
    const image = records.decode(records.encode({ spec: { name: "b", artifact: { image: { reference: "x" } } } }));
    const assignment = assignments.decode(assignments.encode({ spec: spec("old") }));
    const job = jobs.decode(
      jobs.encode({
        spec: { source: { digest: "source" }, artifacts: { data: { digest: "brought" } } },
        stages: [{ artifacts: { model: { digest: "made" } } }, {}],
        state: "JOB_STATE_SUCCEEDED",
      }),
    );
    const used = digestsInUse({ applications: [record, image], assignments: [assignment], jobs: [job] });
    assert.deepEqual([...used].sort(), ["before", "brought", "made", "now", "old", "source"]);
  });
});

describe("what is stored", () => {
  const clock = { ms: 0 };
  const artifact = (digit: string, revision = 1): StoredItem => ({
    type: "artifact",
    key: `sha256:${digit.repeat(64)}`,
    revision,
  });
  const watch = () => {
    clock.ms = 0;
    return createUnneededWatch(1000, () => clock.ms);
  };
  const keys = (items: readonly StoredItem[]): string[] => items.map(({ key }) => key);

  it("is due once nothing has needed it for the grace period, and not before", () => {
    const { due } = watch();
    const stored = [artifact("a"), artifact("b")];
    const needed = new Set([stored[1]?.key ?? ""]);
    assert.deepEqual(due(stored, needed), []);
    clock.ms = 999;
    assert.deepEqual(due(stored, needed), []);
    clock.ms = 1000;
    assert.deepEqual(due(stored, needed), [stored[0]]);
  });

  it("gets the period anew when it is stored again, or was needed meanwhile", () => {
    const { due } = watch();
    const [a, b] = [artifact("a"), artifact("b")];
    due([a, b], new Set());
    clock.ms = 900;
    due([artifact("a", 2), b], new Set([b.key]));
    clock.ms = 1800;
    assert.deepEqual(due([artifact("a", 2), b], new Set()), []);
    clock.ms = 1900;
    assert.deepEqual(keys(due([artifact("a", 2), b], new Set())), [a.key]);
    clock.ms = 2800;
    assert.deepEqual(keys(due([b], new Set())), [b.key]);
  });

  it("under a name that is no digest is left alone; remains of removals and uploads are not", () => {
    const { due } = watch();
    const stored: StoredItem[] = [
      { type: "artifact", key: "notes.txt", revision: 1 },
      { type: "removed", key: "sha256:1", revision: 1 },
      { type: "fragment", key: "$O.artifacts.C.X", revision: 3 },
    ];
    due(stored, new Set());
    clock.ms = 1000;
    assert.deepEqual(due(stored, new Set()), stored.slice(1));
  });
});
