export { type SampleImage, sampleImages } from "./sample-images.js";
