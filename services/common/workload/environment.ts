/** Variables that the agent sets for every instance: what a manifest says of them could not hold. */
const INSTANCE_VARIABLES = ["HOST", "PORT", "GRPC_PORT", "STRAIGHTLINE_MODEL_SERVER_CONCURRENCY", "TRACEPARENT"] as const;

/** Variables that the agent sets for every stage of a job. */
const STAGE_VARIABLES = [
  "STRAIGHTLINE_JOB",
  "STRAIGHTLINE_STAGE",
  "STRAIGHTLINE_ATTEMPT",
  "STRAIGHTLINE_INPUTS",
  "STRAIGHTLINE_OUTPUTS",
  "STRAIGHTLINE_METRICS",
  "TRACEPARENT",
] as const;

/** Whether the agent sets a variable of an instance or of a stage itself. */
export function isSetByAgent(of: "instance" | "stage", name: string): boolean {
  return (of === "instance" ? INSTANCE_VARIABLES : STAGE_VARIABLES).some((one) => one === name);
}
