export { createVmDriver, type VmDriverOptions } from "./driver.js";
