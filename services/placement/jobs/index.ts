export { cancelled, hasEnded } from "./advance.js";
export { reservedByNode, stagePromises } from "./fleet-view.js";
export { type LiveJobs, openLiveJobs } from "./live-jobs.js";
