export { cancelled, hasEnded } from "./advance.js";
export { stagePromises } from "./fleet-view.js";
export { type LiveJobs, openLiveJobs } from "./live-jobs.js";
