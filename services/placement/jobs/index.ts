export { cancelled, hasEnded } from "./advance.js";
export { freeGpusOf, reservedByNode, stagePromises } from "./fleet-view.js";
export { type LiveJobs, openLiveJobs } from "./live-jobs.js";
