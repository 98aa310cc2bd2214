import { StraightLineError } from "../common/errors/index.js";

/** Rejects with CANCELLED when the signal aborts; never resolves. */
export function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const fail = (): void => reject(new StraightLineError("CANCELLED", "stopped by a signal"));
    if (signal.aborted) fail();
    else signal.addEventListener("abort", fail, { once: true });
  });
}
