import assert from "node:assert/strict";
import { it } from "node:test";
import type { ApplicationRecord, ApplicationRecord__Output } from "../../../proto/gen/straightline/v1/ApplicationRecord.js";
import type { Implementation__Output } from "../../../proto/gen/straightline/v1/Implementation.js";
import { messageCodec } from "../../common/wire/index.js";
import { desiredWarmWorkers } from "./capacity.js";

const codec = messageCodec<ApplicationRecord, ApplicationRecord__Output>("ApplicationRecord");

it("warm workers are shared by the functions of a form, rounded up and at most as many as each may have", () => {
  const share = (total: number, replicas: number, concurrency: number): number => {
    const implementations = [{ kind: "NODE_KIND_SERVERLESS" as const, replicas, concurrency }];
    const scaled = [{ kind: "NODE_KIND_SERVERLESS" as const, warmWorkers: total }];
    const record = codec.decode(codec.encode({ spec: { name: "app", implementations }, scaled }));
    return desiredWarmWorkers(record, record.spec?.implementations[0] as Implementation__Output);
  };
  assert.deepEqual([share(0, 2, 8), share(5, 1, 8), share(5, 2, 8), share(20, 2, 8)], [0, 5, 3, 8]);
});
