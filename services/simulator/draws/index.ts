export { type Distribution, type Part, quantile } from "./distribution.js";
export { drawUniform, keyOf, type Purpose } from "./keyed.js";
export { normalQuantile } from "./normal.js";
