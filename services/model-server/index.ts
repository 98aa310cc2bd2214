export { type BuiltBundle, type BundleOptions, buildSampleBundle, SAMPLE_NAME } from "./bundle/index.js";
export { modelServerSchema } from "./config.js";
