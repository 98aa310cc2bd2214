export { type Shadow, type ShadowOptions, startShadow } from "./shadow.js";
export { observeShadow } from "./shadow-metrics.js";
export type { ShadowFigures, ShadowMove, Target } from "./tally.js";
