import { StraightLineError } from "../../common/errors/index.js";
import { isExecutable } from "./command.js";
import type { Installer } from "./installer.js";

/**
 * The path of a nats-server: the configured one, else the one on PATH, else the distribution's package, installed now. Rejects with
 * COMPONENT_MISSING that says how to get one.
 */
export async function ensureNatsServer(configured: string, installer: Installer): Promise<string> {
  if (configured !== "") return assertConfigured(configured);
  const found = await installer.runner.find("nats-server");
  if (found !== undefined) return found;
  await installer.install("nats-server");
  const installed = await installer.runner.find("nats-server");
  if (installed === undefined) {
    throw new StraightLineError(
      "COMPONENT_MISSING",
      "nats-server was installed but is not on PATH; name its path in the configuration",
    );
  }
  return installed;
}

async function assertConfigured(path: string): Promise<string> {
  if (await isExecutable(path)) return path;
  throw new StraightLineError(
    "COMPONENT_MISSING",
    `nats-server ${path}: no such program, or it may not be run; correct the path or leave it out to use the one on PATH`,
  );
}
