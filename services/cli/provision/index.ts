export { type ReadyOptions, type ServerChild, startServerChild, waitUntilReady } from "./child.js";
export { type CommandRunner, createCommandRunner } from "./command.js";
export { type DockerEngine, type EngineOptions, ensureDockerEngine } from "./engine.js";
export { probeSocket, type SocketState } from "./engine-socket.js";
export { createInstaller, type Installer, type InstallerOptions, type InstallMode } from "./installer.js";
export {
  answersAsJaeger,
  chooseJaegerPorts,
  JAEGER_PORTS,
  type JaegerPorts,
  type JaegerProcess,
  startJaeger,
} from "./jaeger-process.js";
export { type NatsProcess, type NatsProcessOptions, startNatsServer } from "./nats-process.js";
export { ensureNatsServer } from "./nats-server.js";
