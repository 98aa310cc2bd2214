import { realpath } from "node:fs/promises";
import { Readable } from "node:stream";
import type Docker from "dockerode";
import { StraightLineError } from "../../services/common/errors/index.js";
import type { ResolvedArtifact } from "../common/index.js";
import { CHANGE_TIMEOUT_MS, type Engine, QUERY_TIMEOUT_MS, statusOf } from "./engine.js";
import { tarOf } from "./image-tar.js";
import { APP_DIRECTORY, APP_USER, rootEntries } from "./root-files.js";

type BundleArtifact = Extract<ResolvedArtifact, { type: "bundle" }>;

/** Ports that a workload listens on inside its container. */
export const CONTAINER_PORT = { http: 8000, grpc: 8001 } as const;

const REPOSITORY = "straightline/bundle";
const BUNDLE_LABEL = "straightline.bundle";
/** Sending some hundred megabytes to a busy engine. */
const IMPORT_TIMEOUT_MS = 300_000;
/** Images of bundles that are kept for a rollback or a restart; older ones that nothing runs are removed. */
const KEPT_IMAGES = 5;

/** Makes images of bundles. */
export interface BundleImages {
  /** The image of a bundle; made when the engine has none. Calls for one digest share the work. */
  ensure(artifact: BundleArtifact): Promise<string>;
}

/** Images of bundles on an engine; `runtime` is the path of the node program that they run. */
export function createBundleImages(engine: Engine, runtime: string): BundleImages {
  const underWay = new Map<string, Promise<string>>();
  return {
    ensure(artifact) {
      const before = underWay.get(artifact.digest);
      if (before !== undefined) return before;
      const work = ensureImage(engine, runtime, artifact).finally(() => underWay.delete(artifact.digest));
      underWay.set(artifact.digest, work);
      return work;
    },
  };
}

/** The first 24 digits tell bundles apart (96 bits) and keep the name readable. */
export function bundleImageName(digest: string): string {
  return `${REPOSITORY}:${digest.replace("sha256:", "").slice(0, 24)}`;
}

async function ensureImage(engine: Engine, runtime: string, artifact: BundleArtifact): Promise<string> {
  const image = bundleImageName(artifact.digest);
  if (await hasImage(engine, image)) return image;
  await assertSamePlatform(engine);
  await importBundle(engine, await realpath(runtime), artifact, image);
  await removeOldImages(engine);
  return image;
}

/** Whether the engine has an image. */
export async function hasImage(engine: Engine, reference: string): Promise<boolean> {
  try {
    await engine.call("looking for the image", QUERY_TIMEOUT_MS, (docker) => docker.getImage(reference).inspect());
    return true;
  } catch (error) {
    if (statusOf(error) === 404) return false;
    throw error;
  }
}

/** The image holds this machine's own node and libraries, so the engine has to be of the same kind. */
async function assertSamePlatform(engine: Engine): Promise<void> {
  const version = await engine.call("asking for the engine's platform", QUERY_TIMEOUT_MS, (docker) => docker.version());
  const architecture = { x64: "amd64", ia32: "386" }[process.arch as string] ?? process.arch;
  if (version.Os === process.platform && version.Arch === architecture) return;
  throw new StraightLineError(
    "UNSUPPORTED",
    `the engine runs ${version.Os}/${version.Arch}, the agent ${process.platform}/${architecture}: a bundle cannot become its image; deploy an image by reference`,
  );
}

async function importBundle(engine: Engine, runtime: string, artifact: BundleArtifact, image: string): Promise<void> {
  const entries = await rootEntries(runtime, artifact.directory);
  const [repo, tag] = image.split(":");
  const changes = imageSettings(runtime, artifact);
  await engine.call("importing the bundle's image", IMPORT_TIMEOUT_MS, async (docker) => {
    const { tar, failed } = tarOf(entries);
    const broken = new AbortController();
    failed.catch(() => broken.abort());
    const options = { repo, tag, changes, abortSignal: broken.signal };
    const work = docker.importImage(Readable.from(tar), options).then((progress) => finish(docker, progress));
    await Promise.all([failed, work]);
  });
}

/** Dockerfile instructions for the imported file system. */
function imageSettings(runtime: string, { digest, manifest }: BundleArtifact): string[] {
  return [
    `CMD ${JSON.stringify([runtime, ...manifest.entrypoint])}`,
    `WORKDIR ${APP_DIRECTORY}`,
    `USER ${APP_USER}:${APP_USER}`,
    "ENV NODE_ENV=production HOME=/tmp",
    `EXPOSE ${CONTAINER_PORT.http} ${CONTAINER_PORT.grpc}`,
    `LABEL ${BUNDLE_LABEL}=${digest}`,
  ];
}

/** Reads an engine's progress to its end; rejects when it tells of an error. */
export function finish(docker: Docker, progress: NodeJS.ReadableStream): Promise<void> {
  return new Promise((resolve, reject) => {
    docker.modem.followProgress(progress, (error) => (error === null ? resolve() : reject(error)));
  });
}

async function removeOldImages(engine: Engine): Promise<void> {
  const images = await engine.call("listing images", QUERY_TIMEOUT_MS, (docker) =>
    docker.listImages({ filters: { label: [BUNDLE_LABEL] } }),
  );
  const old = images.sort((a, b) => b.Created - a.Created).slice(KEPT_IMAGES);
  for (const { Id } of old) {
    try {
      await engine.call("removing an old image", CHANGE_TIMEOUT_MS, (docker) => docker.getImage(Id).remove());
    } catch (error) {
      // 409: something runs it; it is tried again after the next bundle. 404: another agent was quicker.
      if (![404, 409].includes(statusOf(error) ?? 0)) throw error;
    }
  }
}
