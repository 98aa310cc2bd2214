import assert from "node:assert/strict";
import { it } from "node:test";
import type { ApplicationRecord, ApplicationRecord__Output } from "../../../proto/gen/straightline/v1/ApplicationRecord.js";
import type { Implementation__Output } from "../../../proto/gen/straightline/v1/Implementation.js";
import { messageCodec } from "../../common/wire/index.js";
import { desiredWarmWorkers } from "./capacity.js";

const codec = messageCodec<ApplicationRecord, ApplicationRecord__Output>("ApplicationRecord");

type Phase = NonNullable<ApplicationRecord["rollout"]>["phase"];

function share(total: number, replicas: number, concurrency: number, phase: Phase = "ROLLOUT_PHASE_COMPLETE"): number {
  const implementations = [{ kind: "NODE_KIND_SERVERLESS" as const, replicas, concurrency }];
  const scaled = [{ kind: "NODE_KIND_SERVERLESS" as const, warmWorkers: total }];
  const record = codec.decode(codec.encode({ spec: { name: "app", implementations }, scaled, rollout: { phase } }));
  return desiredWarmWorkers(record, record.spec?.implementations[0] as Implementation__Output);
}

it("warm workers are shared by the functions of a form, rounded up and at most as many as each may have", () => {
  assert.deepEqual([share(0, 2, 8), share(5, 1, 8), share(5, 2, 8), share(20, 2, 8)], [0, 5, 3, 8]);
});

it("a revision that has not been ready yet has one warm worker at least, so that what is wrong with it shows", () => {
  assert.deepEqual([share(0, 1, 8, "ROLLOUT_PHASE_PROGRESSING"), share(0, 1, 8, "ROLLOUT_PHASE_FAILED")], [1, 1]);
  assert.deepEqual([share(0, 1, 8, "ROLLOUT_PHASE_ROLLED_BACK"), share(4, 1, 8, "ROLLOUT_PHASE_PROGRESSING")], [0, 4]);
});
