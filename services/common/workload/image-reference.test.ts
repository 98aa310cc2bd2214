import assert from "node:assert/strict";
import { test } from "node:test";
import { isImageReference } from "./index.js";

const DIGEST = `sha256:${"0a".repeat(32)}`;

for (const reference of [
  "detector",
  "detector:3",
  "team/detector:v1.2-rc_1",
  "localhost:5000/detector",
  "Registry.example/a__b/c-d.e:latest",
  "[::1]:5000/detector",
  `registry.example/detector:3@${DIGEST}`,
  DIGEST,
]) {
  test(`${reference} is a reference of an image`, () => assert.equal(isImageReference(reference), true));
}

for (const reference of [
  "",
  "Detector",
  "registry.example/Detector:3",
  "detector:",
  "detector:a b",
  "detector:-x",
  "a//b",
  "/a",
  "a/",
  "http://registry.example/a",
  "a@sha256:12",
  "ä",
  `${"a".repeat(256)}:1`,
]) {
  test(`${JSON.stringify(reference).slice(0, 40)} is none`, () => assert.equal(isImageReference(reference), false));
}
