export { type PackedBundle, packBundleOf } from "./bundle.js";
export { parseManifestText, readManifestFile } from "./read-manifest.js";
export { toApplication } from "./to-application.js";
export type { Manifest } from "./types.js";
