export { type BuiltBundle, type BuiltBundles, type BundleOptions, buildBundles, SAMPLE_NAME } from "./bundle/index.js";
export { modelServerSchema } from "./config.js";
