export { type GatewayConfig, gatewaySchema, loadGatewayConfig } from "./config.js";
export { type Gateway, type GatewayOptions, startGateway } from "./gateway.js";
