export { type FrontConfig, frontSchema } from "./config.js";
export { type Front, type FrontedInstance, type FrontOptions, startFront } from "./front.js";
export { openFront } from "./open.js";
