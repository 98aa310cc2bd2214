export { elementCount, parseTensorHeader } from "./header.js";
export { decodeJsonTensor, encodeJsonTensor } from "./json.js";
export { decodeRawTensor, encodeRawTensor } from "./raw.js";
export type { BytesTensor, Fp32Tensor, Tensor, TensorHeader } from "./types.js";
