export { type BundleManifest, parseManifest, readManifest } from "./manifest.js";
export { readPackedManifest } from "./packed-manifest.js";
