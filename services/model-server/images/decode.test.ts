import assert from "node:assert/strict";
import { before, test } from "node:test";
import sharp, { type Sharp } from "sharp";
import { StraightLineError } from "../../common/errors/index.js";
import type { Preprocessing } from "../../common/model/index.js";
import { createImageDecoder, type DecodeImage, fittedWidth } from "./decode.js";

const LINE: Preprocessing = {
  width: 192,
  height: 48,
  fit: "pad-right",
  channels: "bgr",
  layout: "NCHW",
  scale: 1 / 255,
  mean: [0.5, 0.5, 0.5],
  std: [0.5, 0.5, 0.5],
};

let decode: DecodeImage;
before(async () => {
  decode = await createImageDecoder({ maxImagePixels: 1_000_000 });
});

const WIDTHS = [
  { what: "a picture of the input's ratio fills it", size: { width: 400, height: 100 }, expected: 192 },
  { what: "a narrow picture keeps its ratio", size: { width: 100, height: 100 }, expected: 48 },
  { what: "a fraction of a pixel is rounded up", size: { width: 101, height: 100 }, expected: 49 },
  { what: "a wide picture is squeezed", size: { width: 5000, height: 10 }, expected: 192 },
  { what: "a picture one pixel wide keeps a pixel", size: { width: 1, height: 5000 }, expected: 1 },
];
for (const { what, size, expected } of WIDTHS) {
  test(`fitting to the right: ${what}`, () => {
    assert.equal(fittedWidth(size, LINE), expected);
  });
}

test("stretching fills the input whatever the ratio", () => {
  assert.equal(fittedWidth({ width: 10, height: 100 }, { ...LINE, fit: "stretch" }), 192);
});

function picture(width: number, height: number, background = "#ff0000"): Sharp {
  return sharp({ create: { width, height, channels: 4, background } });
}

for (const format of ["png", "jpeg", "webp", "gif", "tiff", "avif"] as const) {
  test(`${format} is decoded to three channels`, async () => {
    const pixels = await decode(await picture(80, 40).toFormat(format).toBuffer(), LINE);
    assert.deepEqual([pixels.width, pixels.height, pixels.values.byteLength], [96, 48, 96 * 48 * 3]);
    const [red = 0, green = 255, blue = 255] = pixels.values;
    assert.ok(red > 240 && green < 15 && blue < 15, `${red} ${green} ${blue}`);
  });
}

test("a grey picture gets three equal channels", async () => {
  const pixels = await decode(await picture(80, 40, "#808080").toColourspace("b-w").png().toBuffer(), LINE);
  assert.equal(pixels.values.byteLength, 96 * 48 * 3);
  assert.equal(new Set(pixels.values).size, 1);
});

test("for a model that takes brightness alone every picture is decoded to one channel", async () => {
  const gray = { ...LINE, channels: "gray", mean: [0], std: [1] } as const;
  // Of equal light, as the eye sees it: green is bright, blue is dark.
  const colours = { "#ff0000": 127, "#00ff00": 220, "#0000ff": 76, "#808080": 128, "#ffffff": 255 };
  for (const [background, brightness] of Object.entries(colours)) {
    const pixels = await decode(await picture(80, 40, background).png().toBuffer(), gray);
    assert.equal(pixels.values.byteLength, 96 * 48);
    assert.ok(Math.abs((pixels.values[0] ?? 0) - brightness) <= 2, `${background}: ${pixels.values[0]}`);
  }
});

test("what is transparent becomes white", async () => {
  const pixels = await decode(await picture(80, 40, "#ff000000").png().toBuffer(), LINE);
  assert.deepEqual([...pixels.values.subarray(0, 3)], [255, 255, 255]);
});

test("the camera's orientation is applied before the size is reckoned", async () => {
  const turned = await picture(40, 80).jpeg().withMetadata({ orientation: 6 }).toBuffer();
  assert.equal((await decode(turned, LINE)).width, 96);
});

async function halfPicture(): Promise<Buffer> {
  const data = await sharp({
    create: { width: 300, height: 300, channels: 3, background: "#000000", noise: { type: "gaussian", mean: 128, sigma: 60 } },
  })
    .png()
    .toBuffer();
  return data.subarray(0, data.byteLength / 2);
}

const BAD = [
  { what: "text", make: async () => Buffer.from("not an image"), message: /12 bytes are not an image/ },
  { what: "nothing", make: async () => Buffer.alloc(0), message: /0 bytes are not an image/ },
  { what: "a picture that is cut off", make: halfPicture, message: /not an image that can be decoded/ },
  {
    what: "a drawing in SVG",
    make: async () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
    message: /JPEG, PNG/,
  },
  {
    what: "a small file of very many pixels",
    make: () => picture(2000, 2000).png().toBuffer(),
    message: /more than 1000000 pixels/,
  },
];
for (const { what, make, message } of BAD) {
  test(`${what} is refused as the caller's fault`, async () => {
    await assert.rejects(decode(await make(), LINE), (error) => {
      assert.ok(error instanceof StraightLineError);
      assert.equal(error.code, "INVALID_REQUEST");
      assert.match(error.message, message);
      return true;
    });
  });
}
