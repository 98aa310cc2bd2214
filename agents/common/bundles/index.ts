export { type BundleCache, createBundleCache } from "./cache.js";
export { unpackBundle } from "./unpack.js";
