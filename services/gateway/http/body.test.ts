import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createBody } from "./body.js";

/** A source that gives the chunks one by one and counts how many were asked for. */
function sourceOf(...chunks: readonly (string | Error)[]): { iterator: AsyncIterator<Buffer>; asked: () => number } {
  let asked = 0;
  const iterator: AsyncIterator<Buffer> = {
    next: () => {
      const chunk = chunks[asked++];
      if (chunk instanceof Error) return Promise.reject(chunk);
      return Promise.resolve(chunk === undefined ? { done: true, value: undefined } : { done: false, value: Buffer.from(chunk) });
    },
  };
  return { iterator, asked: () => asked };
}

async function text(chunks: AsyncIterable<Buffer>): Promise<string> {
  let all = "";
  for await (const chunk of chunks) all += chunk;
  return all;
}

describe("a request's body", () => {
  it("can be sent again while all of it is held", async () => {
    const body = createBody(sourceOf("ab", "cd").iterator, 4, 100);
    assert.equal(await text(body.open()), "abcd");
    assert.equal(body.sentBytes, 4);
    assert.equal(body.replayable(), true);
    assert.equal(await text(body.open()), "abcd");
  });

  it("can be sent again from the start after a part of it was sent", async () => {
    const body = createBody(sourceOf("ab", "cd", "ef").iterator, 6, 100);
    const attempt = body.open();
    await attempt.next();
    assert.equal(body.replayable(), true);
    assert.equal(await text(body.open()), "abcdef");
    assert.equal((await attempt.next()).done, true, "the earlier reader has ended");
  });

  it("is read no faster than it is sent", async () => {
    const source = sourceOf("ab", "cd", "ef");
    const reader = createBody(source.iterator, 6, 100).open();
    assert.equal(source.asked(), 0);
    await reader.next();
    assert.equal(source.asked(), 1);
  });

  it("cannot be sent again once more was sent than is held", async () => {
    const body = createBody(sourceOf("abc", "def", "ghi").iterator, 9, 4);
    const reader = body.open();
    await reader.next();
    assert.equal(body.replayable(), true);
    await reader.next();
    assert.equal(body.replayable(), false);
    assert.equal((await reader.next()).value?.toString(), "ghi");
  });

  it("frees what it holds as it is read, once no second attempt will come", async () => {
    const body = createBody(sourceOf("ab", "cd").iterator, 4, 100);
    body.release();
    assert.equal(await text(body.open()), "abcd");
    assert.equal(body.replayable(), false);
  });

  it("fills up to a limit to learn its size", async () => {
    const small = createBody(sourceOf("ab", "c").iterator, undefined, 100);
    assert.equal(await small.fill(3), true);
    assert.equal(small.sizeBytes, 3);
    assert.equal(await text(small.open()), "abc");
    assert.equal(await createBody(sourceOf("ab", "cd", "ef").iterator, undefined, 100).fill(3), false);
    assert.equal(await createBody(sourceOf("ab", "cd").iterator, undefined, 100).fill(3), false);
  });

  it("passes a broken source on and says so", async () => {
    const body = createBody(sourceOf("ab", new Error("aborted")).iterator, 4, 100);
    await assert.rejects(text(body.open()), /aborted/);
    assert.equal(body.broken(), true);
    assert.equal(body.replayable(), false);
    await assert.rejects(text(body.open()), /aborted/);
  });
});
