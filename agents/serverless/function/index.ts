export { createLocalFunction, type LocalFunction } from "./function.js";
