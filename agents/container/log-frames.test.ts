import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { textOfFrames } from "./log-frames.js";

function frame(stream: number, text: string): Buffer {
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
}

describe("textOfFrames", () => {
  it("joins both streams in the order in which they were written", () => {
    assert.equal(textOfFrames(Buffer.concat([frame(1, "one\n"), frame(2, "zwölf\n")])), "one\nzwölf\n");
  });
  it("shows a frame that is cut off as far as it goes, and ignores half a header", () => {
    assert.equal(textOfFrames(frame(1, "abcdef").subarray(0, 11)), "abc");
    assert.equal(textOfFrames(frame(1, "abcdef").subarray(0, 5)), "");
  });
});
