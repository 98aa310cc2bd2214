import { createHash } from "node:crypto";
import { buffer } from "node:stream/consumers";
import { createGzip } from "node:zlib";
import { pack } from "tar-stream";

/** A file of a bundle. */
export interface BundleFile {
  /** Path inside the bundle, with `/`. */
  readonly path: string;
  readonly bytes: Buffer;
}

/** Fast rather than small: native libraries hardly shrink further, and a bundle is packed on every build. */
const GZIP_LEVEL = 1;

/** Packs files as tar+gzip. The same files give the same bytes: sorted, without times, owners and modes of their own. */
export async function packBundle(files: readonly BundleFile[]): Promise<Buffer> {
  const archive = pack();
  const packed = buffer(archive.pipe(createGzip({ level: GZIP_LEVEL })));
  for (const { path, bytes } of sorted(files)) {
    await new Promise<void>((resolve, reject) => {
      const header = { name: path, size: bytes.byteLength, mode: 0o644, mtime: new Date(0), uid: 0, gid: 0 };
      archive.entry(header, bytes, (error) => (error ? reject(error) : resolve()));
    });
  }
  archive.finalize();
  return packed;
}

/** A digest of the files themselves: equal for two bundles with the same content. */
export function contentDigest(files: readonly BundleFile[]): string {
  const hash = createHash("sha256");
  for (const { path, bytes } of sorted(files)) hash.update(`${path}\0${digestOf(bytes)}\n`);
  return `sha256:${hash.digest("hex")}`;
}

/** sha256:<hex> of bytes. */
export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

/** By code unit, so that no locale changes the order. */
function sorted(files: readonly BundleFile[]): BundleFile[] {
  return [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
}
