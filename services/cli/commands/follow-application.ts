import { setTimeout as delay } from "node:timers/promises";
import type { ApplicationStatus__Output } from "../../../proto/gen/straightline/v1/ApplicationStatus.js";
import { StraightLineError } from "../../common/errors/index.js";
import type { PlacementApi } from "../client.js";

const RETRY_MS = 500;

/**
 * An application at once and as it changes; goes on over a restart of placement once it has been seen. Ends at `endsAtMs`, milliseconds since
 * the Unix epoch. Throws UNKNOWN_APPLICATION when it is not, or no more, deployed.
 */
export async function* followApplication(
  { deployment, read }: PlacementApi,
  name: string,
  endsAtMs = Number.POSITIVE_INFINITY,
): AsyncGenerator<ApplicationStatus__Output, void> {
  let seen = false;
  while (Date.now() < endsAtMs) {
    try {
      for await (const { status } of read(deployment.watch({ name }, optionsUntil(endsAtMs)))) {
        if (status === null) continue;
        seen = true;
        yield status;
      }
    } catch (error) {
      const { code } = StraightLineError.from(error);
      if (code === "DEADLINE_EXCEEDED") return;
      if (!seen || code !== "PLACEMENT_UNAVAILABLE") throw error;
    }
    await delay(RETRY_MS);
  }
}

function optionsUntil(endsAtMs: number): { deadline?: number } {
  return Number.isFinite(endsAtMs) ? { deadline: endsAtMs } : {};
}
