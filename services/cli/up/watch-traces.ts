import { setTimeout as delay } from "node:timers/promises";
import { answersAsJaeger, mayTakeOtlp, type TraceTarget } from "../provision/index.js";

/** What is watched, and who is told. */
type Watched = Pick<TraceTarget, "otlpEndpoint" | "jaegerUrl" | "isOurs">;

const PERIOD_MS = 2000;
/** A busy machine may miss one. */
const MISSED_IN_A_ROW = 3;

/** Says once when what takes the traces, and answered at first, answers no more. Gives what ends the watch. */
export function watchTraces(target: Watched, say: (line: string) => void, periodMs = PERIOD_MS): () => void {
  const ending = new AbortController();
  // Nothing but its end rejects.
  watch(target, say, periodMs, ending.signal).catch(() => undefined);
  return () => ending.abort();
}

async function watch(
  { otlpEndpoint, jaegerUrl, isOurs }: Watched,
  say: (line: string) => void,
  periodMs: number,
  signal: AbortSignal,
): Promise<void> {
  const answers = (): Promise<boolean> => (jaegerUrl === "" ? mayTakeOtlp(otlpEndpoint) : answersAsJaeger(jaegerUrl));
  if (otlpEndpoint === "" || !(await answers())) return;
  for (let missed = 0; missed < MISSED_IN_A_ROW; missed = (await answers()) ? 0 : missed + 1) {
    await delay(periodMs, undefined, { signal, ref: false });
  }
  signal.throwIfAborted();
  const remedy = isOurs ? "stop and start `up` again to have another" : "start it again";
  say(`Traces    ${jaegerUrl || otlpEndpoint} answers no more, so traces are lost and their links lead nowhere; ${remedy}`);
}
