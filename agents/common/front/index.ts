export { type FrontConfig, frontSchema } from "./config.js";
export { type Front, type FrontedInstance, startFront } from "./front.js";
export { openFront } from "./open.js";
