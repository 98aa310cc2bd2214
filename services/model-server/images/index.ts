export { createImageDecoder, type DecodeImage } from "./decode.js";
export { channelCount, imageElements, normalise } from "./normalise.js";
export type { Pixels } from "./types.js";
