export { createOnnxSession, type NetworkTensor, type OnnxSession, type OnnxSessionOptions } from "./session.js";
