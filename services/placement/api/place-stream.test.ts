import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { PlaceStreamItem__Output } from "../../../proto/gen/straightline/v1/PlaceStreamItem.js";
import type { PlaceStreamRequest__Output } from "../../../proto/gen/straightline/v1/PlaceStreamRequest.js";
import type { PlaceStreamResponse } from "../../../proto/gen/straightline/v1/PlaceStreamResponse.js";
import { StraightLineError } from "../../common/errors/index.js";
import { type AnswerItem, servePlaceStream } from "./place-stream.js";

function message(from: number, count: number): PlaceStreamRequest__Output {
  const items = Array.from({ length: count }, (_, at) => ({ id: from + at }) as PlaceStreamItem__Output);
  return { items };
}

async function* messages(...list: readonly PlaceStreamRequest__Output[]): AsyncIterable<PlaceStreamRequest__Output> {
  yield* list;
}

/** Ids of every answer, a list for each message sent. */
function idsOf(sent: readonly PlaceStreamResponse[]): number[][] {
  return sent.map(({ results = [] }) => results.map(({ id }) => Number(id)));
}

const answerAtOnce: AnswerItem = async ({ id }) => ({ id });

/** Serves a stream; `sent` fills as it goes. */
function serve(requests: AsyncIterable<PlaceStreamRequest__Output>, answer: AnswerItem = answerAtOnce) {
  const sent: PlaceStreamResponse[] = [];
  const [caller, process] = [new AbortController(), new AbortController()];
  const context = { deadlineMs: undefined, traceparent: undefined, signal: caller.signal };
  const send = async (response: PlaceStreamResponse) => {
    sent.push(response);
  };
  const ended = servePlaceStream(requests, context, send, answer, process.signal);
  return { sent, ended, goAway: () => caller.abort(), stop: () => process.abort() };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("a stream of placements", () => {
  it("answers all that was asked in one turn in one message", async () => {
    const { sent, ended } = serve(messages(message(1, 3)));
    await ended;
    assert.deepEqual(idsOf(sent), [[1, 2, 3]]);
  });

  it("sends at most 256 answers in a message", async () => {
    const { sent, ended } = serve(messages(message(0, 200), message(200, 200), message(400, 200)));
    await ended;
    assert.deepEqual(
      idsOf(sent)
        .flat()
        .sort((a, b) => a - b),
      Array.from({ length: 600 }, (_, id) => id),
    );
    assert.ok(sent.every(({ results = [] }) => results.length <= 256));
  });

  it("answers an item that waits when it is ready, and the others before", async () => {
    let free: () => void = () => undefined;
    const { sent, ended } = serve(messages(message(1, 3)), async ({ id }) => {
      if (id === 2) await new Promise<void>((resolve) => (free = resolve));
      return { id };
    });
    while (sent.length === 0) await turn();
    assert.deepEqual(idsOf(sent), [[1, 3]]);
    free();
    await ended;
    assert.deepEqual(idsOf(sent), [[1, 3], [2]]);
  });

  it("answers an item that fails with code, reason and delay, and goes on", async () => {
    const { sent, ended } = serve(messages(message(1, 2)), async ({ id }) => {
      if (id === 2) return { id };
      throw new StraightLineError("NO_CAPACITY", "no slot", { details: { retryAfterMs: 250 } });
    });
    await ended;
    const failure = { code: 8, message: "no slot", reason: "NO_CAPACITY", retryAfterMs: 250, trace: null };
    assert.deepEqual(
      sent.flatMap(({ results = [] }) => results),
      [{ id: 1, failure }, { id: 2 }],
    );
  });

  it("hides what an unknown error says", async () => {
    const { sent, ended } = serve(messages(message(1, 1)), () => Promise.reject(new Error("secret")));
    await ended;
    assert.equal(sent[0]?.results?.[0]?.failure?.message, "internal error");
  });

  it("ends with the reason at a message of more than 256 items", async () => {
    await assert.rejects(serve(messages(message(0, 257))).ended, {
      code: "INVALID_REQUEST",
      message: "items: must be at most 256; got 257; split the message",
    });
  });

  it("reads no further while 4096 items are unanswered", async () => {
    let read = 0;
    async function* endless(): AsyncIterable<PlaceStreamRequest__Output> {
      for (;;) yield message(256 * read++, 256);
    }
    const waiting: (() => void)[] = [];
    const { sent, ended, stop } = serve(endless(), async ({ id }) => {
      await new Promise<void>((resolve) => waiting.push(resolve));
      return { id };
    });
    for (let i = 0; i < 50; i++) await turn();
    assert.deepEqual([read, waiting.length], [16, 4096]);
    stop();
    for (const answer of waiting) answer();
    await ended;
    assert.equal(idsOf(sent).flat().length, 4096, "what was read is answered");
  });

  it("ends when the process stops, though the client goes on, and answers what it holds", async () => {
    const { sent, ended, stop } = serve(
      (async function* () {
        yield message(1, 1);
        await new Promise(() => undefined);
      })(),
    );
    while (sent.length === 0) await turn();
    stop();
    await ended;
    assert.deepEqual(idsOf(sent), [[1]]);
  });

  it("takes the end of a client that goes away for no fault of its own", async () => {
    let breakOff: () => void = () => undefined;
    const { ended, goAway } = serve(
      (async function* () {
        yield message(1, 1);
        await new Promise<void>((_, reject) => (breakOff = () => reject(new Error("reset"))));
      })(),
    );
    await turn();
    goAway();
    breakOff();
    await ended;
  });
});
