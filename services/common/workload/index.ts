export { isSetByAgent, STAGE_VARIABLES } from "./environment.js";
export { isImageReference } from "./image-reference.js";
