export { type AveragedResult, average } from "./average.js";
export { createRecorder, type Recorder } from "./recorder.js";
export type { RunFigures, RunResult } from "./result.js";
