import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ApplicationStatus, ApplicationStatus__Output } from "../../../proto/gen/straightline/v1/ApplicationStatus.js";
import { StraightLineError } from "../../common/errors/index.js";
import { messageCodec } from "../../common/wire/index.js";
import type { PlacementApi } from "../client.js";
import { createProgress } from "../progress.js";
import { followRollout } from "./follow-rollout.js";

const codec = messageCodec<ApplicationStatus, ApplicationStatus__Output>("ApplicationStatus");

function status(generation: number): ApplicationStatus__Output {
  const rollout = { phase: "ROLLOUT_PHASE_PROGRESSING" as const };
  return codec.decode(codec.encode({ spec: { name: "app" }, generation, rollout }));
}

/** Follows generation 4 over a stream that tells nothing until the wait is over; `get` is what Get answers then. */
async function followed(get: () => ApplicationStatus__Output) {
  const lines: string[] = [];
  const nothing = () => undefined;
  const api = {
    deployment: { watch: nothing, get: nothing },
    health: nothing,
    read: () => {
      throw new StraightLineError("DEADLINE_EXCEEDED", "the wait is over");
    },
    call: async () => ({ status: get() }),
  } as unknown as PlacementApi;
  const progress = { ...createProgress({ write: nothing }), line: (line: string) => void lines.push(line) };
  const last = await followRollout(api, status(4), { waitTimeoutMs: 1000, goesOn: true }, progress);
  return { last, lines };
}

describe("a rollout whose wait is over", () => {
  it("goes on", async () => {
    const { lines } = await followed(() => status(4));
    assert.deepEqual(lines, ["not ready within 1000 ms: ", "it goes on: straightline watch app"]);
  });

  it("was replaced meanwhile", async () => {
    const { last, lines } = await followed(() => status(5));
    assert.deepEqual(lines, ["generation 4 was replaced by 5"]);
    assert.equal(last.generation, 5);
  });

  it("was undeployed meanwhile", async () => {
    const gone = new StraightLineError("UNKNOWN_APPLICATION", "no application app");
    await assert.rejects(
      followed(() => {
        throw gone;
      }),
      { code: "UNKNOWN_APPLICATION", message: "app was undeployed before it was ready" },
    );
  });
});
