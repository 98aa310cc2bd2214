import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packModelBundle } from "../../services/cli/manifest/model-bundle.js";
import { type BusConnection, openArtifactStore } from "../../services/common/bus/index.js";

/** Puts the model server with a model whose description says nothing into the object store; resolves to the artifact of an application. */
export async function storeBrokenModel(bus: BusConnection) {
  const folder = await mkdtemp(join(tmpdir(), "straightline-model-"));
  try {
    await writeFile(join(folder, "model.json"), "{}");
    await writeFile(join(folder, "model.onnx"), "no network");
    const file = join(folder, "bundle.tgz");
    const { digest, sizeBytes } = await packModelBundle(folder, "app", file);
    await (await openArtifactStore(bus)).put(digest, file);
    return { bundle: { digest, sizeBytes } };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
