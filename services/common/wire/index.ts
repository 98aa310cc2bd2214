export type { InstanceStats } from "./instance-stats.js";
export {
  type Codec,
  loadProto,
  messageCodec,
  protoDirectory,
  straightlineServices,
} from "./load.js";
export { predictedMs } from "./predicted-ms.js";
