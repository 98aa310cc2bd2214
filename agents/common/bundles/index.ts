export { type BundleCache, createBundleCache } from "./cache.js";
export { tellDiskFull } from "./disk.js";
export { unpackBundle } from "./unpack.js";
