export { type Shadow, type ShadowOptions, startShadow } from "./shadow.js";
export type { ShadowFigures, ShadowMove, Target } from "./tally.js";
