export { type BuiltBundle, type BuiltBundles, type BundleOptions, buildBundles, SAMPLE_NAME } from "./build.js";
