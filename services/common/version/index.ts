export { programVersion } from "./version.js";
