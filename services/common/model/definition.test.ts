import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { protoDirectory } from "../wire/index.js";
import { parseModelDefinition } from "./definition.js";

const SAMPLE = JSON.parse(readFileSync(join(protoDirectory(), "../deploy/examples/text-orientation/model.json"), "utf8"));

test("the sample's model.json is right", () => {
  const definition = parseModelDefinition("text-orientation", SAMPLE);
  assert.equal(definition.inputName, "x");
  assert.deepEqual(definition.labels, ["0", "180"]);
  assert.equal(definition.preprocessing.fit, "pad-right");
});

const BAD = [
  { what: "nothing in it", change: undefined, message: /the file is null; it must be an object/ },
  { what: "no version", change: { version: "" }, message: /version is ""/ },
  { what: "no labels", change: { labels: [] }, message: /labels is \[\]/ },
  { what: "a label that is a number", change: { labels: ["0", 180] }, message: /labels is 180/ },
  { what: "an unknown activation", change: { output: { name: "y", activation: "relu" } }, message: /one of none, softmax/ },
  { what: "no preprocessing", change: { preprocessing: undefined }, message: /preprocessing is nothing/ },
  {
    what: "a width of zero",
    change: { preprocessing: { ...SAMPLE.preprocessing, width: 0 } },
    message: /preprocessing\.width is 0/,
  },
  { what: "a mean for one channel", change: { preprocessing: { ...SAMPLE.preprocessing, mean: [1] } }, message: /three numbers/ },
];

for (const { what, change, message } of BAD) {
  test(`a model.json with ${what} is refused with field and value`, () => {
    assert.throws(() => parseModelDefinition("m", change === undefined ? null : { ...SAMPLE, ...change }), message);
  });
}

test("a model that takes brightness alone has one mean and one deviation", () => {
  const gray = { ...SAMPLE.preprocessing, channels: "gray", mean: [0], std: [1] };
  assert.deepEqual(parseModelDefinition("m", { ...SAMPLE, preprocessing: gray }).preprocessing.mean, [0]);
  const three = { ...gray, mean: [0, 0, 0] };
  assert.throws(() => parseModelDefinition("m", { ...SAMPLE, preprocessing: three }), /mean is \[0,0,0\]; it must be one number/);
});
