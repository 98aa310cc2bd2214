export { containerAgentSchema } from "./config.js";
export { type ContainerDriver, type ContainerDriverOptions, createContainerDriver } from "./driver.js";
