import type { PlaceStreamItem__Output } from "../../../proto/gen/straightline/v1/PlaceStreamItem.js";
import type { PlaceStreamRequest__Output } from "../../../proto/gen/straightline/v1/PlaceStreamRequest.js";
import type { PlaceStreamResponse } from "../../../proto/gen/straightline/v1/PlaceStreamResponse.js";
import type { PlaceStreamResult } from "../../../proto/gen/straightline/v1/PlaceStreamResult.js";
import { invalidField, StraightLineError } from "../../common/errors/index.js";
import type { CallContext } from "../../common/rpc/index.js";
import { failureToWire } from "./wire-failure.js";

/** Answers one item; `signal` aborts when the stream ends early. */
export type AnswerItem = (item: PlaceStreamItem__Output, signal: AbortSignal) => Promise<PlaceStreamResult>;

const MAX_ITEMS = 256;
/** Items of one stream that are read but not yet answered; beyond it the stream is not read on, so that the client feels it. */
const MAX_UNANSWERED = 4096;

type Send = (message: PlaceStreamResponse) => Promise<void>;

/**
 * Serves one stream: items are answered as they are ready, all answers of one turn of the event loop in one message. Ends when the
 * client has ended and all is answered, or when `stopping` aborts.
 */
export async function servePlaceStream(
  requests: AsyncIterable<PlaceStreamRequest__Output>,
  context: CallContext,
  send: Send,
  answer: AnswerItem,
  stopping: AbortSignal,
): Promise<void> {
  const outbox = createOutbox(send);
  try {
    for await (const { items } of untilAborted(requests, stopping)) {
      if (items.length > MAX_ITEMS) {
        throw invalidField("items", `must be at most ${MAX_ITEMS}; got ${items.length}; split the message`);
      }
      for (const item of items) outbox.add(answerSafely(item, context.signal, answer));
      await outbox.below(MAX_UNANSWERED);
    }
    await outbox.below(1);
  } catch (error) {
    // A client that goes away breaks the iteration; that is no fault of ours.
    if (!context.signal.aborted) throw error;
  }
}

async function answerSafely(item: PlaceStreamItem__Output, signal: AbortSignal, answer: AnswerItem): Promise<PlaceStreamResult> {
  try {
    return await answer(item, signal);
  } catch (error) {
    return { id: item.id, failure: failureToWire(StraightLineError.from(error)) };
  }
}

/** Answers on their way to the client. */
interface Outbox {
  add(result: Promise<PlaceStreamResult>): void;
  /** Resolves when fewer than `count` items are unanswered; rejects when the client cannot be written to. */
  below(count: number): Promise<void>;
}

function createOutbox(send: Send): Outbox {
  let unanswered = 0;
  let ready: PlaceStreamResult[] = [];
  let flushing = false;
  let failure: { readonly error: unknown } | undefined;
  let onProgress: () => void = () => undefined;
  const flush = async (): Promise<void> => {
    try {
      while (ready.length > 0 && failure === undefined) {
        const results = ready.slice(0, MAX_ITEMS);
        ready = ready.slice(MAX_ITEMS);
        await send({ results });
        unanswered -= results.length;
      }
    } catch (error) {
      failure = { error };
    }
    flushing = false;
    onProgress();
  };
  return {
    add(result) {
      unanswered += 1;
      void result.then((value) => {
        ready.push(value);
        if (flushing) return;
        flushing = true;
        setImmediate(() => void flush());
      });
    },
    async below(count) {
      while (unanswered >= count) {
        if (failure !== undefined) throw failure.error;
        await new Promise<void>((resolve) => {
          onProgress = resolve;
        });
      }
    },
  };
}

/** The values of `source` until it ends or `signal` aborts, also while the next value is awaited. */
async function* untilAborted<T>(source: AsyncIterable<T>, signal: AbortSignal): AsyncIterable<T> {
  const iterator = source[Symbol.asyncIterator]();
  let stop: () => void = () => undefined;
  const onAbort = (): void => stop();
  signal.addEventListener("abort", onAbort);
  try {
    while (!signal.aborted) {
      // A fresh promise each time: racing one that lasts as long as the stream would keep every round in memory.
      const next = await new Promise<IteratorResult<T, unknown>>((resolve, reject) => {
        stop = () => resolve({ done: true, value: undefined });
        iterator.next().then(resolve, reject);
      });
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
