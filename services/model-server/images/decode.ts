import type { Sharp } from "sharp";
import { StraightLineError } from "../../common/errors/index.js";
import type { Preprocessing } from "../../common/model/index.js";
import type { Pixels } from "./types.js";

/** Turns an encoded image into pixels of the size that the model takes. */
export type DecodeImage = (encoded: Uint8Array, preprocessing: Preprocessing) => Promise<Pixels>;

/**
 * The raster formats we decode. Everything else that libvips can load (SVG, PDF, scripts of ImageMagick) is switched off:
 * it is not a photograph, and its parsers are the larger target.
 */
const LOADERS = ["Jpeg", "Png", "Webp", "Nsgif", "Tiff", "Heif"].map((format) => `VipsForeignLoad${format}Buffer`);

/** Transparent parts are shown on white, as on paper. */
const BACKGROUND = "#ffffff";

/** Limits of decoding. */
export interface DecoderOptions {
  /** Most pixels that an image may have, before it is decoded: the bound against decompression bombs. */
  readonly maxImagePixels: number;
}

/**
 * Loads the image library and gives a decoder. JPEG, PNG, WebP, GIF (first frame), TIFF (first page) and AVIF are decoded;
 * the EXIF orientation is applied. The decoder throws INVALID_REQUEST for what is no such image, is cut off, or is larger
 * than the limit. One thread decodes one image: parallelism comes from the server's slots.
 */
export async function createImageDecoder(options: DecoderOptions): Promise<DecodeImage> {
  const { default: sharp } = await import("sharp");
  sharp.concurrency(1);
  sharp.cache(false);
  sharp.block({ operation: ["VipsForeignLoad"] });
  sharp.unblock({ operation: LOADERS });
  const open = (encoded: Uint8Array): Sharp => sharp(encoded, { limitInputPixels: options.maxImagePixels, failOn: "error" });
  return async (encoded, preprocessing) => {
    try {
      const { autoOrient } = await open(encoded).metadata();
      return await resize(open(encoded), fittedWidth(autoOrient, preprocessing), preprocessing);
    } catch (cause) {
      throw notAnImage(cause, encoded.byteLength, options.maxImagePixels);
    }
  };
}

/** Width of the image after resizing, pixels, for an image of the given size. */
export function fittedWidth(image: { readonly width: number; readonly height: number }, preprocessing: Preprocessing): number {
  if (preprocessing.fit === "stretch") {
    return preprocessing.width;
  }
  return Math.min(preprocessing.width, Math.ceil((preprocessing.height * image.width) / image.height));
}

async function resize(image: Sharp, width: number, { height, channels }: Preprocessing): Promise<Pixels> {
  const values = await image
    .autoOrient()
    .flatten({ background: BACKGROUND })
    .resize({ width, height, fit: "fill" })
    .toColourspace(channels === "gray" ? "b-w" : "srgb")
    .raw({ depth: "uchar" })
    .toBuffer();
  return { width, height, values };
}

/** libvips tells all faults of an image by message alone; the one about the pixel limit deserves its own remedy. */
function notAnImage(cause: unknown, sizeBytes: number, maxImagePixels: number): StraightLineError {
  const tooLarge = cause instanceof Error && cause.message.includes("pixel limit");
  const message = tooLarge
    ? `the image has more than ${maxImagePixels} pixels; send a smaller one`
    : `the ${sizeBytes} bytes are not an image that can be decoded; send a whole JPEG, PNG, WebP, GIF, TIFF or AVIF`;
  return new StraightLineError("INVALID_REQUEST", message, { cause });
}
