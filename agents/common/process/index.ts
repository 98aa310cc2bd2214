export { hostEnvironment, type InstanceAddress, instanceEnvironment, resourceAttributes } from "./environment.js";
export { gpuEnvironment } from "./gpu-environment.js";
export { processIdentity } from "./identity.js";
export { LAST_WORD_BYTES, withLastWord } from "./last-word.js";
export { createCgroupBackend, createWatchdogBackend, detectLimitBackend, type LimitBackend } from "./limits/index.js";
export { boundLogFile, tailOf } from "./log-file.js";
export { artifactDigestOf, programOf } from "./program.js";
export type { SupervisedProcess } from "./supervised.js";
export { createProcessSupervisor, type ProcessSpec, type ProcessSupervisor } from "./supervisor.js";
