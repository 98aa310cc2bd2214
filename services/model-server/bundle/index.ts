export { type BuiltBundle, type BundleOptions, buildSampleBundle, SAMPLE_NAME } from "./build.js";
