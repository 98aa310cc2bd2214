import { pino } from "pino";
import type { LogFields } from "./log-fields.js";
import { parseTraceparent } from "./traceparent.js";

/** Writes one line for an event: fields, if any, and what happened. */
export interface LogLine {
  (message: string): void;
  (fields: LogFields, message: string): void;
}

/** A JSON logger. Field names stand in log-fields.ts. */
export interface Logger {
  readonly trace: LogLine;
  readonly debug: LogLine;
  readonly info: LogLine;
  readonly warn: LogLine;
  readonly error: LogLine;
  readonly fatal: LogLine;
  isLevelEnabled(level: string): boolean;
  /** A logger whose lines all have these fields. */
  child(fields: LogFields): Logger;
}

/** A JSON logger on standard error, one line an event. `process` names the process in every line. */
export function createLogger(process: string, level: string): Logger {
  return pino({ level, base: { process }, timestamp: pino.stdTimeFunctions.isoTime }, standardError());
}

/** Never throws and never waits: what a full disk does not take is lost, and the process goes on. */
function standardError(): { write(line: string): void } {
  let destination = open();
  // One that has failed holds what it could not write for ever, and its flush waits for space without end.
  function open() {
    return pino.destination({ dest: 2, sync: true }).on("error", () => {
      destination = open();
    });
  }
  return { write: (line) => void destination.write(line) };
}

/** Fields that tie a line to a trace; none where there is no valid context. */
export function traceFields(traceparent: string | undefined): Pick<LogFields, "trace_id" | "span_id"> {
  const context = parseTraceparent(traceparent);
  return context === undefined ? {} : { trace_id: context.traceId, span_id: context.spanId };
}
