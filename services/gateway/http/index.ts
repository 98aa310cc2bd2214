export type { BodyLimits } from "./admit-body.js";
export type { HttpParts } from "./handler.js";
export { createInstancePools, type InstancePools, type PoolLimits } from "./pools.js";
export { type HttpServer, type HttpServerOptions, startHttpServer } from "./server.js";
