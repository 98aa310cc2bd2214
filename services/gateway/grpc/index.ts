export { createInstanceChannels, type InstanceChannels } from "./channels.js";
export { inferencePackage, rawInferenceService } from "./definition.js";
export { createInferenceService, type GrpcParts } from "./service.js";
