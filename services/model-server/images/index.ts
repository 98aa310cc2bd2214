export { createImageDecoder, type DecodeImage } from "./decode.js";
export { channelCount, imageElements, normalise } from "./normalise.js";
export type { Pixels, Preprocessing } from "./types.js";
