import type { Preprocessing } from "../../common/model/index.js";
import type { Pixels } from "./types.js";

/** Values that the model takes of a pixel. */
export function channelCount({ channels }: Preprocessing): number {
  return channels === "gray" ? 1 : 3;
}

/** Number of values that one image takes in the model's input. */
export function imageElements(preprocessing: Preprocessing): number {
  return channelCount(preprocessing) * preprocessing.width * preprocessing.height;
}

/**
 * Writes one image into `target`, which has room for one image and holds zeros: value x scale, minus mean, by std, in the
 * model's channel order and layout. What the image does not cover stays 0.
 */
export function normalise(pixels: Pixels, preprocessing: Preprocessing, target: Float32Array): void {
  for (let channel = 0; channel < channelCount(preprocessing); channel += 1) {
    writeChannel(pixels, preprocessing, channel, target);
  }
}

function writeChannel(pixels: Pixels, preprocessing: Preprocessing, channel: number, target: Float32Array): void {
  const values = channelValues(preprocessing, channel);
  const count = channelCount(preprocessing);
  const source = preprocessing.channels === "bgr" ? count - 1 - channel : channel;
  const planar = preprocessing.layout === "NCHW";
  const base = planar ? channel * preprocessing.width * preprocessing.height : channel;
  const stride = planar ? 1 : count;
  for (let y = 0; y < pixels.height; y += 1) {
    for (let x = 0; x < pixels.width; x += 1) {
      const byte = pixels.values[(y * pixels.width + x) * count + source] ?? 0;
      target[base + (y * preprocessing.width + x) * stride] = values[byte] ?? 0;
    }
  }
}

/** The 256 values that a byte can become, so that the loop over pixels only looks them up. */
function channelValues(preprocessing: Preprocessing, channel: number): Float32Array {
  const mean = preprocessing.mean[channel] ?? 0;
  const std = preprocessing.std[channel] ?? 1;
  return Float32Array.from({ length: 256 }, (_, byte) => (byte * preprocessing.scale - mean) / std);
}
