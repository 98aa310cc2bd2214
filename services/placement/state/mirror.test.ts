import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Bucket, BucketEvent } from "../../common/bus/index.js";
import { createMirror } from "./mirror.js";

type Event = BucketEvent<string>;

function put(key: string, value: string, revision: number): Event {
  return { type: "put", entry: { key, value, revision } };
}

/** A mirror of a bucket that the test speaks for. */
function setUp() {
  const changes: (string | undefined)[] = [];
  let tell: (event: Event) => void = () => undefined;
  let closed = false;
  const bucket: Pick<Bucket<string, string>, "watch"> = {
    watch(_filter, onEvent) {
      tell = onEvent;
      return { close: () => (closed = true) };
    },
  };
  const mirror = createMirror(bucket as Bucket<string, string>, (key) => changes.push(key));
  const values = (): [string, string][] => [...mirror.entries].map(([key, { value }]) => [key, value]);
  return {
    mirror,
    changes,
    values,
    isClosed: () => closed,
    tell: (...events: readonly Event[]) => {
      for (const event of events) tell(event);
    },
  };
}

const BEGIN: Event = { type: "snapshot-begins" };
const CURRENT: Event = { type: "current" };

describe("a mirror", () => {
  it("is current, and ready, once the whole bucket has been read; that is one change", async () => {
    const { mirror, changes, values, tell } = setUp();
    tell(BEGIN, put("a", "1", 1), put("b", "1", 2));
    assert.deepEqual([mirror.isCurrent(), changes], [false, []]);
    tell(CURRENT);
    await mirror.ready;
    assert.deepEqual([mirror.isCurrent(), changes], [true, [undefined]]);
    assert.deepEqual(values(), [
      ["a", "1"],
      ["b", "1"],
    ]);
  });

  it("tells each later change by its key", () => {
    const { changes, values, tell } = setUp();
    tell(BEGIN, CURRENT, put("a", "1", 1), put("a", "2", 2), put("b", "1", 3), { type: "deleted", key: "b" });
    assert.deepEqual(changes, [undefined, "a", "a", "b", "b"]);
    assert.deepEqual(values(), [["a", "2"]]);
  });

  it("tells a removal during a reading too", () => {
    const { changes, tell } = setUp();
    tell(BEGIN, put("a", "1", 1), put("b", "1", 2), CURRENT, BEGIN, { type: "deleted", key: "a" }, put("b", "1", 2), CURRENT);
    assert.deepEqual(changes, [undefined, "a", undefined]);
  });

  it("keeps what it knows while it reads anew, and then forgets what has gone meanwhile", () => {
    const { mirror, values, tell } = setUp();
    tell(BEGIN, put("a", "1", 1), put("b", "1", 2), CURRENT, BEGIN);
    assert.deepEqual([mirror.isCurrent(), values().length], [false, 2]);
    tell(put("b", "2", 5), CURRENT);
    assert.deepEqual([mirror.isCurrent(), values()], [true, [["b", "2"]]]);
  });

  it("has an own write at once, which an older word of the watch does not undo", () => {
    const { mirror, values, tell } = setUp();
    tell(BEGIN, put("a", "1", 1), CURRENT);
    mirror.note({ key: "a", value: "own", revision: 3 });
    tell(put("a", "2", 2));
    assert.deepEqual(values(), [["a", "own"]]);
    tell(put("a", "theirs", 4));
    assert.deepEqual(values(), [["a", "theirs"]]);
  });

  it("keeps an own write that was made while it reads anew", () => {
    const { mirror, values, tell } = setUp();
    tell(BEGIN, CURRENT, BEGIN);
    mirror.note({ key: "a", value: "own", revision: 3 });
    tell(CURRENT);
    assert.deepEqual(values(), [["a", "own"]]);
  });

  it("forgets an own removal at once, and ends its watch when it closes", () => {
    const { mirror, values, tell, isClosed } = setUp();
    tell(BEGIN, put("a", "1", 1), CURRENT);
    mirror.forget("a");
    assert.deepEqual(values(), []);
    mirror.close();
    assert.equal(isClosed(), true);
  });
});
