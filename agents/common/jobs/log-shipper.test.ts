import assert from "node:assert/strict";
import { appendFileSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { JobLog, JobLog__Output } from "../../../proto/gen/straightline/v1/JobLog.js";
import { StraightLineError } from "../../../services/common/errors/index.js";
import { messageCodec } from "../../../services/common/wire/index.js";
import { createLogShipper } from "./log-shipper.js";
import { NOTHING_SENT } from "./run-folder.js";

const directory = mkdtempSync(join(tmpdir(), "straightline-shipper-"));
after(() => rmSync(directory, { recursive: true, force: true }));

/** A store of pieces, which can be away. */
function fakeLogs() {
  const codec = messageCodec<JobLog, JobLog__Output>("JobLog");
  const state = { away: false, offsets: [] as number[], text: "" };
  const logs = {
    append: (_key: string, offsetBytes: number, piece: Uint8Array) => {
      if (state.away) return Promise.reject(new StraightLineError("BUS_UNAVAILABLE", "away"));
      state.offsets.push(offsetBytes);
      state.text += codec.decode(piece).data.toString();
      return Promise.resolve();
    },
    read: () => Promise.resolve([]),
  };
  return { state, logs: () => Promise.resolve(logs) };
}

function shipperOf(name: string, sent = NOTHING_SENT) {
  const file = join(directory, name);
  const fake = fakeLogs();
  return { ...fake, file, shipper: createLogShipper({ ...fake, runKey: "n.j.s.1", stage: "s", attempt: 1, file, sent }) };
}

test("what is written is sent once, in pieces of 16 KiB, each with its place", async () => {
  const { shipper, state, file } = shipperOf("plain");
  assert.equal(await shipper.ship(), false, "no file yet");
  writeFileSync(file, "a".repeat(20_000));
  await shipper.ship();
  appendFileSync(file, "b");
  await shipper.ship();
  assert.deepEqual(state.offsets, [0, 16_384, 20_000]);
  assert.equal(state.text, `${"a".repeat(20_000)}b`);
});

test("what could not be stored is sent again", async () => {
  const { shipper, state, file } = shipperOf("again");
  writeFileSync(file, "hello");
  state.away = true;
  await assert.rejects(shipper.ship(), { code: "BUS_UNAVAILABLE" });
  state.away = false;
  await shipper.ship();
  assert.equal(state.text, "hello");
});

test("a later agent goes on where the earlier one was", async () => {
  const { shipper, state, file } = shipperOf("later", { shippedBytes: 3, cutBytes: 0 });
  writeFileSync(file, "abcdef");
  await shipper.ship();
  assert.deepEqual([state.offsets, state.text], [[3], "def"]);
});

test("a log that was cut goes on, and no more than 1 MiB is sent at once", async () => {
  const { shipper, state, file } = shipperOf("cut");
  writeFileSync(file, "x".repeat(3 * 1024 * 1024));
  assert.equal(await shipper.ship(), true, "there is more");
  assert.equal(shipper.sent().shippedBytes, 1024 * 1024);
  while (await shipper.ship());
  // Over its bound: it is emptied once it has been sent, and what comes then is new.
  appendFileSync(file, "y".repeat(1024 * 1024 + 1));
  while (await shipper.ship());
  assert.equal(statSync(file).size, 0);
  appendFileSync(file, "z");
  await shipper.ship();
  assert.equal(state.text.length, 4 * 1024 * 1024 + 2);
  assert.equal(state.text.at(-1), "z");
});

test("a later agent of a log that was cut sends nothing twice", async () => {
  const first = shipperOf("cut-later");
  writeFileSync(first.file, "x".repeat(4 * 1024 * 1024 + 1));
  while (await first.shipper.ship());
  appendFileSync(first.file, "sent");
  await first.shipper.ship();
  const second = shipperOf("cut-later", first.shipper.sent());
  assert.equal(await second.shipper.ship(), false);
  appendFileSync(second.file, "new");
  await second.shipper.ship();
  assert.deepEqual([second.state.text, second.state.offsets], ["new", [4 * 1024 * 1024 + 5]]);
});
