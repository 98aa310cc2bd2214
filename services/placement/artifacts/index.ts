export { startArtifactCleanup } from "./start.js";
