import assert from "node:assert/strict";
import { describe, it } from "node:test";
import protobuf from "protobufjs";
import { StraightLineError } from "../../common/errors/index.js";
import { readModelName } from "./model-name.js";

describe("readModelName", () => {
  it("reads the name wherever it stands, and skips the rest", () => {
    const bytes = protobuf.Writer.create()
      .uint32(58)
      .bytes(Buffer.alloc(100_000, 7))
      .uint32(10)
      .string("digits")
      .uint32(26)
      .string("7")
      .finish();
    assert.equal(readModelName(bytes), "digits");
  });

  it("takes the last of two names, as protobuf asks", () => {
    assert.equal(readModelName(protobuf.Writer.create().uint32(10).string("a").uint32(10).string("b").finish()), "b");
  });

  for (const [title, bytes, wanted] of [
    ["an empty message", Buffer.alloc(0), /model_name/],
    ["a name cut short", Buffer.from([10, 200, 97]), /protobuf/],
    ["a varint without an end", Buffer.alloc(20, 0xff), /protobuf/],
    ["an unknown wire type", Buffer.from([15, 1]), /protobuf/],
  ] as const) {
    it(`refuses ${title}`, () => {
      assert.throws(
        () => readModelName(bytes),
        (error) => error instanceof StraightLineError && error.code === "INVALID_REQUEST" && wanted.test(error.message),
      );
    });
  }
});
