export { type GrpcServer, startGrpcServer } from "./server.js";
