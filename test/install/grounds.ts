import { type RunningEngine, requiredEngine } from "../support/docker-engine.js";
import { importImage } from "./container-host.js";
import { debianRoot } from "./debian.js";
import { type Site, startSite } from "./site.js";

/** What installations are tested on: a Debian as a folder, the services of a mesh, and an engine that has the Debian as an image. */
export interface Grounds extends AsyncDisposable {
  readonly root: string;
  readonly site: Site;
  readonly engine: RunningEngine;
  readonly image: string;
}

/** Makes them, with so many versions to install; what was started ends again when a later step fails. */
export async function startGrounds(versions: 1 | 2): Promise<Grounds> {
  const [root, site] = await Promise.all([debianRoot(), startSite(versions)]);
  let engine: RunningEngine | undefined;
  const end = async (): Promise<void> => {
    await site[Symbol.asyncDispose]();
    await engine?.stop();
  };
  try {
    engine = await requiredEngine();
    const image = await importImage(engine.socketPath, root);
    return { root, site, engine, image, [Symbol.asyncDispose]: end };
  } catch (error) {
    await end();
    throw error;
  }
}
