import { isDeepStrictEqual } from "node:util";
import { StraightLineError } from "../../common/errors/index.js";
import type { PolicyRegistry } from "../policies/index.js";
import { type Outcome, outcomeOf, type RecordedDecision, readRecording, recordingFault } from "../record/index.js";
import { decide } from "../scheduler/index.js";
import { createTally, type ReplayTally } from "./tally.js";

/** How decisions are made again. */
export interface ReplayOptions {
  readonly policies: PolicyRegistry;
  /** Undefined: each by the policy that made it. */
  readonly policy: string | undefined;
  /** Come before those recorded. */
  readonly parameters: Readonly<Record<string, number>>;
  /** Differences that are told one by one. */
  readonly shown: number;
}

/** What came out. */
export interface ReplayReport extends ReplayTally {
  readonly files: readonly string[];
  /** Empty: each by the policy that made it. */
  readonly policy: string;
  readonly parameters: Readonly<Record<string, number>>;
  /** What ended the reading early; empty: nothing. */
  readonly fault: string;
}

/**
 * Makes recorded decisions again, by the scheduler and the policies of this program. With nothing changed a decision is alike when the same instance is
 * chosen for the same reason with the same predicted times to the last bit, or the same refusal given; under another policy or other parameters
 * when the request goes to the same instance, or is refused again. What was read before a damaged line counts.
 */
export async function replay(files: readonly string[], options: ReplayOptions): Promise<ReplayReport> {
  const tally = createTally(options.shown);
  const isAlike = isUnchanged(options) ? isDeepStrictEqual : goesTheSameWay;
  const report = (fault: string): ReplayReport => ({
    ...{ files, policy: options.policy ?? "", parameters: options.parameters, fault },
    ...tally.figures(),
  });
  try {
    for (const file of files) {
      for await (const event of readRecording(file)) {
        if (event.type === "dropped") tally.dropped(event.count);
        if (event.type === "decision") tally.compared(file, event, decideAgain(file, event, options), isAlike);
      }
    }
    return report("");
  } catch (error) {
    if (!(error instanceof StraightLineError) || error.code !== "RECORDING_INVALID") throw error;
    return report(error.message);
  }
}

/** Every decision is to come out as it was. */
export function isUnchanged({ policy, parameters }: Pick<ReplayOptions, "policy" | "parameters">): boolean {
  return policy === undefined && Object.keys(parameters).length === 0;
}

function goesTheSameWay(before: Outcome, after: Outcome): boolean {
  if (before.type === "refused" || after.type === "refused") return before.type === after.type;
  return before.nodeId === after.nodeId && before.instanceId === after.instanceId;
}

function decideAgain(file: string, recorded: RecordedDecision, { policies, policy, parameters }: ReplayOptions): Outcome {
  const { snapshot, input, line } = recorded;
  const by = policies.get(policy ?? recorded.policy);
  try {
    return outcomeOf(decide(snapshot, { ...input, parameters: { ...input.parameters, ...parameters } }, by));
  } catch (cause) {
    throw recordingFault(file, line, "cannot be decided again: what it rests on is damaged", cause);
  }
}
