import { existsSync } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { readManifest, readPackedManifest } from "../../common/bundle/index.js";
import { StraightLineError, systemCode } from "../../common/errors/index.js";
import { readModelDefinition } from "../../common/model/index.js";
import type { ManifestFault } from "./faults.js";
import { missingFaults } from "./missing-files.js";
import type { Sound } from "./sound.js";
import type { Manifest } from "./types.js";

/** Faults of the bundle or the model that a manifest names, relative to itself: it is not there, or is none. */
export async function artifactFaults(manifestFile: string, artifact: Sound<Manifest["artifact"]> = {}): Promise<ManifestFault[]> {
  const { bundle, model } = artifact;
  const found: [path: string[], name: string | undefined, check: (path: string) => Promise<string[]>][] = [
    [["artifact", "bundle"], bundle, bundleMessages],
    [["artifact", "model"], model, modelMessages],
  ];
  const faults = found.map(async ([path, name, check]) => {
    const missing = missingFaults(manifestFile, [{ path, name }]);
    if (name === undefined || missing.length > 0) return missing;
    return (await check(resolve(dirname(manifestFile), name))).map((message) => ({ path, message }));
  });
  return (await Promise.all(faults)).flat();
}

/** What is wrong with a bundle, packed or not. */
async function bundleMessages(path: string): Promise<string[]> {
  if (!(await stat(path)).isDirectory()) return messagesOf(readPackedManifest(path));
  const own = await messagesOf(readManifest(path));
  return [...own.map((message) => `${path}: ${message}`), ...(await brokenModels(join(path, "models")))];
}

/** Where the model server looks for models; a program of another kind may keep something else there, which need but be JSON. */
async function brokenModels(models: string): Promise<string[]> {
  const entries = await readdir(models, { withFileTypes: true }).catch(() => []);
  const folders = entries.filter((entry) => entry.isDirectory());
  const messages = folders.map(async ({ name }) => {
    const file = join(models, name, "model.json");
    const text = await readFile(file, "utf8").catch((error: unknown) => (systemCode(error) === "ENOENT" ? "{}" : undefined));
    return text !== undefined && isJson(text) ? [] : [`${file} is not JSON; describe the model in it, or take it out`];
  });
  return (await Promise.all(messages)).flat();
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** What is wrong with a model's folder. */
async function modelMessages(folder: string): Promise<string[]> {
  const network = join(folder, "model.onnx");
  const described = await messagesOf(readModelDefinition(join(folder, "model.json"), folder));
  return [...described, ...(existsSync(network) ? [] : [`${network} is missing; put the network there`])];
}

/** The message of the failure, if it is one of the artifact. */
async function messagesOf(work: Promise<unknown>): Promise<string[]> {
  try {
    await work;
    return [];
  } catch (error) {
    if (error instanceof StraightLineError && error.code === "ARTIFACT_INVALID") return [error.message];
    throw error;
  }
}
