import type { Job__Output } from "../../../proto/gen/straightline/v1/Job.js";
import type { StageStatus__Output } from "../../../proto/gen/straightline/v1/StageStatus.js";
import { formatAge, formatBytes, formatTable, shortEnum } from "../output.js";

/** The state of a job or a stage in small letters. */
export function stateOf({ state }: { readonly state: string }): string {
  return shortEnum(state, "JOB_STATE_");
}

/** One job, for people. */
export function formatJob(job: Job__Output): string {
  const artifacts = job.stages.flatMap((stage) =>
    Object.entries(stage.artifacts).map(([name, { digest, sizeBytes }]) => [name, stage.name, formatBytes(sizeBytes), digest]),
  );
  return [
    jobLine(job),
    formatTable(["STAGE", "STATE", "ATTEMPTS", "NODE", "TIME", "METRICS", "NOTE"], job.stages.map(stageRow)),
    ...(artifacts.length === 0 ? [] : ["", formatTable(["ARTIFACT", "OF", "SIZE", "DIGEST"], artifacts)]),
  ].join("\n");
}

/** Several jobs, for people. */
export function formatJobs(jobs: readonly Job__Output[]): string {
  if (jobs.length === 0) return "No job has been submitted.";
  const rows = jobs.map((job) => {
    const done = job.stages.filter(({ state }) => state === "JOB_STATE_SUCCEEDED").length;
    return [job.jobId, stateOf(job), `${done}/${job.stages.length}`, new Date(job.submittedAtMs).toISOString(), job.message];
  });
  return formatTable(["JOB", "STATE", "STAGES", "SUBMITTED", "NOTE"], rows);
}

/** A job in one line. */
export function jobLine(job: Job__Output): string {
  return `${job.jobId}  ${stateOf(job)}${job.message === "" ? "" : `: ${job.message}`}`;
}

/** What each stage is about, for lines that are told as it changes. */
export function stageLines({ stages }: Job__Output): readonly string[] {
  return stages.flatMap((stage) => {
    const attempt = stage.attempts.at(-1);
    if (attempt === undefined) return stage.message === "" ? [] : [`${stage.name}: ${stage.message}`];
    const which = stage.attempts.length === 1 ? "" : `, attempt ${stage.attempts.length}`;
    // A program that ended well has failed all the same where a gate is not passed.
    const what = stateOf(stage) === "failed" ? "failed" : shortEnum(attempt.state, "ATTEMPT_STATE_");
    const note = stage.message || metricsOf(stage);
    return [`${stage.name}: ${what} on ${attempt.nodeId}${which}${note === "" ? "" : `: ${note}`}`];
  });
}

function stageRow(stage: StageStatus__Output): string[] {
  const attempt = stage.attempts.at(-1);
  const tookMs = attempt === undefined || attempt.finishedAtMs === 0 ? undefined : attempt.finishedAtMs - attempt.startedAtMs;
  return [
    stage.name,
    stateOf(stage),
    String(stage.attempts.length),
    attempt?.nodeId ?? "",
    tookMs === undefined ? "" : formatAge(tookMs),
    metricsOf(stage),
    stage.message,
  ];
}

function metricsOf({ metrics }: StageStatus__Output): string {
  return Object.entries(metrics)
    .map(([name, value]) => `${name}=${Number.isInteger(value) ? value : value.toFixed(4)}`)
    .join(" ");
}
