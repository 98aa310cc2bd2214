export type { InstanceStats } from "./instance-stats.js";
export {
  type Codec,
  loadProto,
  messageCodec,
  protoDirectory,
  straightlineDefinition,
  straightlineServices,
} from "./load.js";
