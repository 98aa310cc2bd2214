import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ExportResult } from "@opentelemetry/core";
import type { Logger } from "./log.js";
import { tellFaults } from "./tell-faults.js";

/** An exporter whose next result the test says, and what it has made of the log. */
function silentExporter() {
  const lines: unknown[] = [];
  const told = (fields: unknown, message?: string): void => void lines.push([message, fields]);
  const log = { warn: told, info: told } as unknown as Logger;
  let result: ExportResult = { code: 0 };
  const exporter = { export: (_: string, done: (result: ExportResult) => void) => done(result) };
  tellFaults(exporter, { what: "traces", url: "http://user:secret@127.0.0.1:4318/v1/traces", log });
  return {
    lines,
    send(next: ExportResult): ExportResult | undefined {
      result = next;
      let answered: ExportResult | undefined;
      exporter.export("spans", (given) => {
        answered = given;
      });
      return answered;
    },
  };
}

describe("an exporter that tells its faults", () => {
  const refused: ExportResult = { code: 1, error: new Error("connect ECONNREFUSED 127.0.0.1:4318") };

  it("says once that nothing arrives, and once that it does again, without credentials", () => {
    const { lines, send } = silentExporter();
    for (const result of [{ code: 0 }, refused, refused, { code: 0 }, { code: 0 }]) send(result);
    const endpoint = "127.0.0.1:4318";
    assert.deepEqual(lines, [
      ["traces cannot be sent, and are lost until they can", { endpoint, reason: "connect ECONNREFUSED 127.0.0.1:4318" }],
      ["traces are taken again", { endpoint }],
    ]);
  });

  it("hands the result on", () => {
    assert.equal(silentExporter().send(refused), refused);
  });
});
