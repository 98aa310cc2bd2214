import { join } from "node:path";
import { StraightLineError } from "../../../services/common/errors/index.js";
import type { ResolvedArtifact } from "../driver.js";
import type { InstanceAddress } from "./environment.js";

/** A command that runs an artifact as a process. */
export interface Program {
  readonly argv: readonly string[];
  /** Empty: a directory of its own. */
  readonly workingDirectory: string;
}

/** The command for a bundle or a command; throws UNSUPPORTED for an image. */
export function programOf(artifact: ResolvedArtifact, address: InstanceAddress): Program {
  switch (artifact.type) {
    case "bundle": {
      const [program, ...rest] = artifact.manifest.entrypoint as readonly [string, ...string[]];
      return { argv: [process.execPath, join(artifact.directory, program), ...rest], workingDirectory: artifact.directory };
    }
    case "command":
      return { argv: artifact.argv.map((word) => fillPorts(word, address)), workingDirectory: artifact.workingDirectory };
    case "image":
      throw new StraightLineError("UNSUPPORTED", "an image runs in a container only; give a bundle or a command for this kind");
  }
}

/** The digest that telemetry shows; empty for a command. */
export function artifactDigestOf(artifact: ResolvedArtifact): string {
  return artifact.type === "bundle" ? artifact.digest : artifact.type === "image" ? artifact.reference : "";
}

function fillPorts(word: string, { httpPort, grpcPort }: InstanceAddress): string {
  return word.replace(/\$\{(GRPC_)?PORT\}/g, (_whole, grpc) => String(grpc === undefined ? httpPort : grpcPort));
}
