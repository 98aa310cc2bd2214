import assert from "node:assert/strict";
import { test } from "node:test";
import { createProgress, tellingWait } from "./progress.js";

function written(isTTY: boolean, act: (progress: ReturnType<typeof createProgress>) => void, columns = 80): string {
  let text = "";
  act(createProgress({ isTTY, columns, write: (part: string) => (text += part) }));
  return text;
}

test("elsewhere than in a terminal each quarter is one plain line", () => {
  const text = written(false, (progress) => {
    for (let done = 0; done <= 100; done += 10) progress.step("upload", done, 100);
    progress.line("ready");
    progress.line("ready");
    progress.end();
  });
  assert.equal(text, "upload 0%\nupload 25%\nupload 50%\nupload 75%\nupload 100%\nready\n");
});

test("in a terminal one bar is redrawn, and gives way to lines", () => {
  const text = written(true, (progress) => {
    progress.step("upload", 1, 2);
    progress.line("ready");
    progress.step("upload", 2, 2);
    progress.end();
  });
  const clear = "\r\u001b[2K";
  assert.equal(
    text,
    `${clear}upload [############............] 50%${clear}ready\n${clear}upload [########################] 100%\n`,
  );
});

test("what a workload has written moves no terminal", () => {
  const text = written(true, (progress) => {
    progress.line("failed: \u001b[2Jlast words");
    progress.step("up\u001b[A", 0, 1);
  });
  assert.equal(text, `failed: \\x1b[2Jlast words\n\r\u001b[2Kup\\x1b[A [${".".repeat(24)}] 0%`);
});

test("nothing to do is done", () => {
  assert.equal(
    written(false, (progress) => progress.step("upload", 0, 0)),
    "upload 100%\n",
  );
});

test("in a terminal a bar is drawn anew only when it changes or was taken away, and never wraps", () => {
  const text = written(
    true,
    (progress) => {
      progress.step("a label that is long", 0, 1000);
      progress.step("a label that is long", 1, 1000);
      progress.clear();
      progress.clear();
      progress.step("a label that is long", 2, 1000);
    },
    40,
  );
  const once = `\r\u001b[2Ka label t [${".".repeat(24)}] 0%`;
  assert.equal(text, `${once}\r\u001b[2K${once}`);
});

for (const [where, isTTY, told] of [
  ["on the bar's line in a terminal", true, "\r\u001b[2Kwaiting for NATS\r\u001b[2K"],
  ["on a line of its own elsewhere", false, "waiting for NATS\n"],
] as const) {
  test(`work that stalls says what it waits for, ${where}`, async () => {
    let text = "";
    const progress = createProgress({ isTTY, write: (part: string) => (text += part) });
    const clock = fakeClock();
    const stalls = (): Promise<void> => {
      clock.pass(60_000);
      return Promise.reject(new Error("in vain"));
    };
    await assert.rejects(tellingWait(progress, "NATS", stalls, clock.startTimer), /in vain/);
    assert.equal(text, told);
  });
}

test("work is not said to wait while it shows progress, however long, nor once it has ended", async () => {
  const text: string[] = [];
  const progress = createProgress({ isTTY: false, write: (part: string) => text.push(part) });
  const clock = fakeClock();
  const work = async (watched: typeof progress): Promise<void> => {
    for (let done = 0; done < 100; done++) {
      clock.pass(1000);
      watched.step("upload", done, 1000);
    }
    assert.deepEqual(text, ["upload 0%\n"]);
    clock.pass(60_000);
    watched.step("upload", 1, 1);
  };
  await tellingWait(progress, "NATS", work, clock.startTimer);
  clock.pass(60_000);
  assert.deepEqual(text, ["upload 0%\n", "waiting for NATS\n", "upload 100%\n"]);
});

/** A clock of one timer that moves when it is told to. */
function fakeClock() {
  let [nowMs, dueMs] = [0, Number.POSITIVE_INFINITY];
  let due = (): void => undefined;
  return {
    pass(ms: number): void {
      nowMs += ms;
      if (nowMs < dueMs) return;
      dueMs = Number.POSITIVE_INFINITY;
      due();
    },
    startTimer(act: () => void, afterMs: number) {
      const refresh = (): void => {
        dueMs = nowMs + afterMs;
      };
      const dispose = (): void => {
        dueMs = Number.POSITIVE_INFINITY;
      };
      due = act;
      refresh();
      return { refresh, [Symbol.dispose]: dispose };
    },
  };
}
