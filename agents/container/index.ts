export { type ContainerDriver, type ContainerDriverOptions, createContainerDriver } from "./driver.js";
