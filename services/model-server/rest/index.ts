export { type RestServer, startRestServer } from "./server.js";
