import { setTimeout as delay } from "node:timers/promises";
import { mayTakeOtlp, type TraceTarget } from "../provision/index.js";

/** What is watched, and who is told. */
type Watched = Pick<TraceTarget, "otlpEndpoint" | "isOurs">;

const PERIOD_MS = 10_000;
/** What has missed one is soon asked again. */
const SOONER = 5;
/** A busy machine may miss one. */
const MISSED_IN_A_ROW = 3;

/** Says once when what takes the traces, and took them at first, takes them no more. Gives what ends the watch. */
export function watchTraces(target: Watched, say: (line: string) => void, periodMs = PERIOD_MS): () => void {
  const ending = new AbortController();
  // Nothing but its end rejects.
  watch(target, say, periodMs, ending.signal).catch(() => undefined);
  return () => ending.abort();
}

async function watch(
  { otlpEndpoint, isOurs }: Watched,
  say: (line: string) => void,
  periodMs: number,
  signal: AbortSignal,
): Promise<void> {
  if (otlpEndpoint === "" || !(await mayTakeOtlp(otlpEndpoint))) return;
  for (let missed = 0; missed < MISSED_IN_A_ROW; missed = (await mayTakeOtlp(otlpEndpoint)) ? 0 : missed + 1) {
    await delay(missed === 0 ? periodMs : periodMs / SOONER, undefined, { signal, ref: false });
  }
  signal.throwIfAborted();
  const remedy = isOurs ? "stop and start `up` again to have another" : "start it again";
  say(`Traces    ${otlpEndpoint} takes traces no more, so they are lost and their links lead nowhere; ${remedy}`);
}
