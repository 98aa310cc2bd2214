import assert from "node:assert/strict";
import { test } from "node:test";
import { sampleImages } from "./sample-images.js";

test("the sample pictures rise in size, two hundred times and more, and are the same every time", async () => {
  const [first, second] = [await sampleImages(), await sampleImages()];
  const sizes = first.map(({ bytes }) => bytes.byteLength);
  assert.deepEqual(
    sizes,
    [...sizes].sort((a, b) => a - b),
  );
  assert.ok((sizes.at(-1) ?? 0) > 200 * (sizes[0] ?? 0), String(sizes));
  assert.deepEqual(first, second);
});

test("half of the sample pictures are upright, half upside down", async () => {
  const labels = (await sampleImages()).map(({ expectedLabel }) => expectedLabel);
  assert.equal(labels.filter((label) => label === "0").length, labels.length / 2);
  assert.equal(labels.filter((label) => label === "180").length, labels.length / 2);
});
