import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { text } from "node:stream/consumers";
import { test } from "node:test";

const LOG = new URL("./log.js", import.meta.url).href;

const LINES = 1000;

test("a log whose disk is full does not end its process", async () => {
  const full = openSync("/dev/full", "w");
  try {
    const script = `
      const { createLogger } = await import(${JSON.stringify(LOG)});
      const log = createLogger("test", "info");
      for (let line = 0; line < ${LINES}; line++) log.info("a line of a log that nobody can write");
      log.fatal("the last line");
      console.log("alive");`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: ["ignore", "pipe", full] });
    assert.ok(child.stdout !== null);
    const [output, [code]] = await Promise.all([text(child.stdout), once(child, "exit")]);
    assert.deepEqual([output, code], ["alive\n", 0]);
  } finally {
    closeSync(full);
  }
});
