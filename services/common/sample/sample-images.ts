import { readdir, readFile } from "node:fs/promises";
import { dirname, extname, join } from "node:path";
import { protoDirectory } from "../wire/index.js";

/** A picture of a text line and what the sample model should say of it. */
export interface SampleImage {
  readonly name: string;
  readonly bytes: Buffer;
  readonly contentType: string;
  /** `0` for upright, `180` for upside down. */
  readonly expectedLabel: string;
}

const FOLDER = "deploy/examples/text-orientation/images";

/** `<what>-<label>.<format>` */
const FILE_NAME = /-(\d+)\.(?:png|jpg)$/;

/**
 * Large variants: how many times wider and higher a picture becomes. With the grain, which does not compress, they come to about 130 KB, 750 KB, 1.9
 * MB and 3.5 MB, more than two thousand times the smallest picture.
 */
const SCALES = [4, 10, 16, 22] as const;

/** The pictures that are enlarged, one a label. */
const ENLARGED = ["region-based-0.png", "region-based-180.png"] as const;

/** Strength of the grain, steps of 255 either way: clearly there, and far from hiding the text. */
const GRAIN = 8;

/** Every sample picture and the large variants, in rising size. The same every time. */
export async function sampleImages(root: string = dirname(protoDirectory())): Promise<SampleImage[]> {
  const folder = join(root, FOLDER);
  const names = (await readdir(folder)).filter((name) => FILE_NAME.test(name));
  const small = await Promise.all(names.map(async (name) => describe(name, await readFile(join(folder, name)))));
  const enlarged: SampleImage[] = [];
  for (const { name, bytes } of small.filter((image) => ENLARGED.some((chosen) => chosen === image.name))) {
    for (const scale of SCALES) enlarged.push(describe(`x${scale}-${name}`, await enlarge(bytes, scale)));
  }
  return [...small, ...enlarged].sort((a, b) => a.bytes.byteLength - b.bytes.byteLength || (a.name < b.name ? -1 : 1));
}

function describe(name: string, bytes: Buffer): SampleImage {
  const contentType = extname(name) === ".png" ? "image/png" : "image/jpeg";
  return { name, bytes, contentType, expectedLabel: FILE_NAME.exec(name)?.[1] ?? "" };
}

async function enlarge(encoded: Buffer, scale: number): Promise<Buffer> {
  const { default: sharp } = await import("sharp");
  const { width = 1 } = await sharp(encoded).metadata();
  const { data, info } = await sharp(encoded)
    .grayscale()
    .resize({ width: width * scale, kernel: "cubic" })
    .raw()
    .toBuffer({ resolveWithObject: true });
  addGrain(data);
  const raw = { width: info.width, height: info.height, channels: info.channels };
  return sharp(data, { raw }).png({ compressionLevel: 1 }).toBuffer();
}

/** Marsaglia's xorshift32 from a fixed seed, so that every run makes the same pictures. */
function addGrain(values: Uint8Array): void {
  let state = 2_463_534_242;
  for (let index = 0; index < values.length; index += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const grain = ((state >>> 0) % (2 * GRAIN + 1)) - GRAIN;
    values[index] = Math.min(255, Math.max(0, (values[index] ?? 0) + grain));
  }
}
