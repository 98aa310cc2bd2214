export { type Deadline, startDeadline } from "./deadline.js";
export {
  createInferenceService,
  type InferenceCall,
  type InferenceService,
  startRequestSpan,
} from "./service.js";
