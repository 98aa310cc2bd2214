export { type PackedBundle, packBundleOf, packPath } from "./bundle.js";
export { type JobManifest, readJobManifestFile, toJobSpec } from "./job-manifest.js";
export { readManifestFile } from "./read-manifest.js";
export { toApplication } from "./to-application.js";
export type { Manifest } from "./types.js";
