import type { Job__Output } from "../../../proto/gen/straightline/v1/Job.js";

/** Counts or tells what a job has come to: called once by whoever has written its record, with what stood before. */
export type JobWritten = (before: Job__Output, after: Job__Output) => void;
