import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { StraightLineError } from "../common/errors/index.js";
import { unlessOvertaken } from "./unless-overtaken.js";

const held = { isHeld: () => true };

describe("a leader's write", () => {
  it("is not made once the lease is lost", async () => {
    await unlessOvertaken({ isHeld: () => false }, () => assert.fail("it was made"));
  });

  it("gives way to another writer, and tells every other fault", async () => {
    let made = 0;
    const write = (code: "CONFLICT" | "BUS_UNAVAILABLE") => (): Promise<void> => {
      made += 1;
      return Promise.reject(new StraightLineError(code, "fault of the test"));
    };
    await unlessOvertaken(held, write("CONFLICT"));
    await assert.rejects(unlessOvertaken(held, write("BUS_UNAVAILABLE")), { code: "BUS_UNAVAILABLE" });
    assert.equal(made, 2);
  });
});
