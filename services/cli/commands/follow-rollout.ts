import type { ApplicationStatus__Output } from "../../../proto/gen/straightline/v1/ApplicationStatus.js";
import { StraightLineError } from "../../common/errors/index.js";
import type { PlacementApi } from "../client.js";
import type { Progress } from "../progress.js";
import { isAllReady, readyLine } from "./application-text.js";
import { followApplication } from "./follow-application.js";
import { tellOutages } from "./outages.js";
import { createSilenceTeller } from "./silence.js";

/** How a rollout is followed. */
export interface RolloutWait {
  /** Longest wait. */
  readonly waitTimeoutMs: number;
  /** The rollout goes on after the wait; it does not where the mesh ends. */
  readonly goesOn: boolean;
}

const LAST_LOOK_TIMEOUT_MS = 3000;

/** Follows the rollout of `first` until it has ended or the time is over; resolves to the last status. Rejects when at the end nothing answers. */
export async function followRollout(
  api: PlacementApi,
  first: ApplicationStatus__Output,
  { waitTimeoutMs, goesOn }: RolloutWait,
  progress: Progress,
): Promise<ApplicationStatus__Output> {
  const name = first.spec?.name ?? "";
  const tellSilence = createSilenceTeller(progress.line);
  const tellsReplaced = (status: ApplicationStatus__Output): boolean => {
    const replaced = replacedLine(status, first.generation);
    if (replaced !== undefined) progress.line(replaced);
    return replaced !== undefined;
  };
  using _outages = tellOutages(api, progress.line);
  for await (const status of followApplication(api, name, Date.now() + waitTimeoutMs)) {
    tellSilence(status);
    if (tellsReplaced(status)) return status;
    tellReady(status, progress);
    if (hasEnded(status)) return status;
  }
  const last = await lastLook(api, name, waitTimeoutMs);
  if (tellsReplaced(last) || isRolledOut(last, first.generation)) return last;
  progress.line(`not ready within ${waitTimeoutMs} ms: ${readyLine(last)}`);
  if (goesOn) progress.line(`it goes on: straightline watch ${name}`);
  return last;
}

/** What was seen before may be old. */
async function lastLook({ deployment, call }: PlacementApi, name: string, waitTimeoutMs: number) {
  try {
    const { status } = await call(deployment.get.bind(deployment), { name }, { timeoutMs: LAST_LOOK_TIMEOUT_MS });
    if (status === null) throw new StraightLineError("INTERNAL", "an answer without a status");
    return status;
  } catch (error) {
    const { code, message } = StraightLineError.from(error);
    if (code === "UNKNOWN_APPLICATION") {
      throw new StraightLineError(code, `${name} was undeployed before it was ready`, { cause: error });
    }
    throw new StraightLineError(code, `whether ${name} is ready after ${waitTimeoutMs} ms is not known: ${message}`, {
      cause: error,
    });
  }
}

function tellReady(status: ApplicationStatus__Output, progress: Progress): void {
  const updated = status.implementations.reduce((sum, form) => sum + Math.min(form.updated, form.desired), 0);
  const desired = status.implementations.reduce((sum, form) => sum + form.desired, 0);
  if (progress.isTerminal) progress.step("rollout", updated, desired);
  else progress.line(readyLine(status));
}

/** More instances of what has been rolled out are waited for too. */
function hasEnded(status: ApplicationStatus__Output): boolean {
  const phase = status.rollout?.phase;
  return phase === "ROLLOUT_PHASE_COMPLETE" ? isAllReady(status) : phase !== "ROLLOUT_PHASE_PROGRESSING";
}

/** Whether the generation runs, all of it. */
export function isRolledOut(status: ApplicationStatus__Output, generation: number): boolean {
  const { rollout } = status;
  return status.generation === generation && rollout?.phase === "ROLLOUT_PHASE_COMPLETE" && isAllReady(status);
}

/** Says that another generation has taken its place; undefined where none has, and where it failed, which the rollout tells. */
function replacedLine({ generation, rollout }: ApplicationStatus__Output, deployed: number): string | undefined {
  if (generation === deployed || rollout?.failedGeneration === deployed) return undefined;
  return `generation ${deployed} was replaced by ${generation}`;
}
