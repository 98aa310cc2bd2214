export { type CertificateUse, certificateEndMs, observeCertificates, readCertificate } from "./certificate.js";
export {
  type CallOptions,
  CHANNEL_OPTIONS,
  type ClientTls,
  callUnary,
  channelCredentials,
  type UnaryMethod,
} from "./client.js";
export { type CallContext, createHandlers, type Handlers } from "./handlers.js";
export { type HealthCheck, healthCheck } from "./health-check.js";
export { hostPort, isLoopback, listenerCredentials, listenerTls, type TlsMaterial } from "./listener.js";
export { readPem } from "./read-pem.js";
export { type RpcServer, type RpcServerOptions, type ServiceBinding, startRpcServer } from "./server.js";
export { readStream } from "./server-stream.js";
export { fromGrpcError, type GrpcStatus, grpcCodeOf, toGrpcStatus } from "./status.js";
