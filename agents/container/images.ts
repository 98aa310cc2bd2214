import { StraightLineError } from "../../services/common/errors/index.js";
import type { ResolvedArtifact } from "../common/index.js";
import { type BundleImages, finish, hasImage } from "./bundle-images.js";
import { type Engine, messageOf, QUERY_TIMEOUT_MS } from "./engine.js";

/** An image that the engine has. */
export interface ReadyImage {
  readonly reference: string;
  /** Digest of the bundle, or of the image. */
  readonly digest: string;
  /** Ports that the image says it listens on, for example 8001/tcp. */
  readonly exposedPorts: readonly string[];
}

/** Turns artifacts into images. */
export interface Images {
  /** Rejects with UNSUPPORTED for a command, with START_FAILED when the image can neither be found, pulled nor made. */
  ready(artifact: ResolvedArtifact): Promise<ReadyImage>;
}

/** Images on an engine. A pull may take `pullTimeoutMs`, however it goes on. */
export function createImages(engine: Engine, bundles: BundleImages, pullTimeoutMs: number): Images {
  return {
    async ready(artifact) {
      if (artifact.type === "command") {
        throw new StraightLineError(
          "UNSUPPORTED",
          "a container runs a bundle or an image, not a command; deploy the command to a VM",
        );
      }
      try {
        if (artifact.type === "bundle") return await describe(engine, await bundles.ensure(artifact), artifact.digest);
        if (!(await hasImage(engine, artifact.reference))) await pull(engine, artifact.reference, pullTimeoutMs);
        return await describe(engine, artifact.reference, undefined);
      } catch (error) {
        if (error instanceof StraightLineError) throw error;
        const name = artifact.type === "bundle" ? `of bundle ${artifact.digest}` : artifact.reference;
        throw new StraightLineError("START_FAILED", `image ${name}: ${messageOf(error)}`, { cause: error });
      }
    },
  };
}

async function describe(engine: Engine, reference: string, digest: string | undefined): Promise<ReadyImage> {
  const image = await engine.call("inspecting the image", QUERY_TIMEOUT_MS, (docker) => docker.getImage(reference).inspect());
  return { reference, digest: digest ?? image.Id, exposedPorts: Object.keys(image.Config.ExposedPorts ?? {}) };
}

async function pull(engine: Engine, reference: string, timeoutMs: number): Promise<void> {
  await engine.call(`pulling ${reference}`, timeoutMs, async (docker) => finish(docker, await docker.pull(withTag(reference))));
}

/** Without a tag the engine would pull every tag of the repository. */
function withTag(reference: string): string {
  const name = reference.slice(reference.lastIndexOf("/") + 1);
  return name.includes(":") || name.includes("@") ? reference : `${reference}:latest`;
}
