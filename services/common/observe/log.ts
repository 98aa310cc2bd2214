import { type Logger, pino } from "pino";

export type { Logger } from "pino";

/** A JSON logger on standard error, one line an event. `process` names the process in every line. */
export function createLogger(process: string, level: string): Logger {
  return pino({ level, base: { process }, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination({ dest: 2, sync: true }));
}
