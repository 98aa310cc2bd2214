export { kernelField, readKernelFile, readKernelNumber } from "./files.js";
export { cpuLimitMillicores, cpuTimeMs, memoryKills, memoryLimitBytes, memoryUsageBytes } from "./limits.js";
export { type Controller, type OwnCgroup, ownCgroup, parseProcCgroup } from "./own.js";
