export { isSetByAgent } from "./environment.js";
export { isImageReference } from "./image-reference.js";
