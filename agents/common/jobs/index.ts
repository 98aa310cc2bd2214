export {
  isStageSource,
  type StageExecutor,
  type StageInspection,
  type StageSource,
  type StageStart,
  stageFolders,
} from "./executor.js";
export { type NodeJobs, type NodeJobsOptions, openNodeJobs } from "./node-jobs.js";
export { type RunFolder, readProgress, resetRunFolder, runFolder } from "./run-folder.js";
