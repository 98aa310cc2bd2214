import type { Job__Output } from "../../../proto/gen/straightline/v1/Job.js";
import type { StageStatus__Output } from "../../../proto/gen/straightline/v1/StageStatus.js";
import { type LogFields, type Logger, traceFields } from "../../common/observe/index.js";

/** One thing that has happened to a job, a stage of it or an attempt at one. */
interface JobEvent {
  readonly fields: LogFields & { readonly state: string };
  readonly message: string;
}

const WARNED: ReadonlySet<string> = new Set(["ATTEMPT_STATE_FAILED", "ATTEMPT_STATE_LOST", "JOB_STATE_FAILED"]);

/** Writes a line for each thing that has changed in a job's record; what failed is a warning. */
export function logJob(log: Logger, before: Job__Output, after: Job__Output): void {
  const common = { ...traceFields(after.traceparent), job: after.jobId };
  for (const { fields, message } of eventsOf(before, after)) {
    log[WARNED.has(fields.state) ? "warn" : "info"]({ ...common, ...fields }, message);
  }
}

function eventsOf(before: Job__Output, after: Job__Output): JobEvent[] {
  const events = after.stages.flatMap((stage, at) => stageEvents(before.stages[at], stage));
  if (before.state !== after.state) events.push(event("job", after.state, after.message, {}));
  return events;
}

function stageEvents(before: StageStatus__Output | undefined, after: StageStatus__Output): JobEvent[] {
  const stage = after.name;
  const events = after.attempts.flatMap(({ state, nodeId: node, message }, at) =>
    before?.attempts[at]?.state === state ? [] : [event("attempt", state, message, { stage, node, attempt: at + 1 })],
  );
  const hasEnded = after.state === "JOB_STATE_SUCCEEDED" || after.state === "JOB_STATE_FAILED";
  if (hasEnded && before?.state !== after.state) events.push(event("stage", after.state, after.message, { stage }));
  const waits = events.length === 0 && after.message !== "" && before?.message !== after.message;
  return waits ? [{ fields: { stage, state: after.state }, message: `stage waits: ${after.message}` }] : events;
}

function event(what: string, state: string, reason: string, fields: LogFields): JobEvent {
  const word = state.replace(/^(JOB|ATTEMPT)_STATE_/, "").toLowerCase();
  return { fields: { ...fields, state }, message: reason === "" ? `${what} ${word}` : `${what} ${word}: ${reason}` };
}
