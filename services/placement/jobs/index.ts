export { cancelled, hasEnded } from "./advance.js";
export { type LiveJobs, openLiveJobs } from "./live-jobs.js";
