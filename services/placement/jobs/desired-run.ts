import type { Bundle__Output } from "../../../proto/gen/straightline/v1/Bundle.js";
import type { Job__Output } from "../../../proto/gen/straightline/v1/Job.js";
import type { StageRun } from "../../../proto/gen/straightline/v1/StageRun.js";
import { jobRunKey } from "../../common/bus/index.js";
import { activeAttempt, hasEnded } from "./advance.js";

/** What a node must run for a job now, with its key; undefined: nothing. */
export function desiredRun(job: Job__Output): { readonly key: string; readonly run: StageRun } | undefined {
  if (hasEnded(job)) return undefined;
  const at = job.stages.findIndex((status) => activeAttempt(status) !== undefined);
  const [status, stage] = [job.stages[at], job.spec?.stages[at]];
  const active = status === undefined ? undefined : activeAttempt(status);
  if (status === undefined || stage === undefined || active === undefined) return undefined;
  const attempt = status.attempts.length;
  const known = knownArtifacts(job);
  const inputs = stage.inputs.flatMap((name) => {
    const artifact = known[name];
    return artifact === undefined ? [] : [[name, artifact] as const];
  });
  return {
    key: jobRunKey(active.nodeId, job.jobId, stage.name, attempt),
    run: {
      nodeId: active.nodeId,
      jobId: job.jobId,
      stage,
      attempt,
      source: job.spec?.source ?? null,
      inputs: Object.fromEntries(inputs),
      gpuDevices: active.gpuDevices,
      traceparent: job.traceparent,
    },
  };
}

/** Artifacts that the user brought along and that stages have made, by name. */
export function knownArtifacts({ spec, stages }: Job__Output): Readonly<Record<string, Bundle__Output>> {
  return Object.assign({}, spec?.artifacts, ...stages.map(({ artifacts }) => artifacts));
}
