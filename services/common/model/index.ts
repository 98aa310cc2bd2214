export { type ModelDefinition, parseModelDefinition, readModelDefinition } from "./definition.js";
export type { Preprocessing } from "./preprocessing.js";
