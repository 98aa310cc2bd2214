export { createServerlessDriver, type ServerlessDriverOptions } from "./driver.js";
