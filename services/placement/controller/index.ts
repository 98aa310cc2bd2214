export { type Controller, startController } from "./controller.js";
