export { assertPortFree, freePorts, isPortFree, listenError } from "./ports.js";
