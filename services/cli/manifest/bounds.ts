import { parseDurationMs, parseSizeBytes } from "../../common/config/index.js";
import { isImageReference, isSetByAgent } from "../../common/workload/index.js";
import type { ManifestFault } from "./faults.js";
import type { Sound } from "./sound.js";
import type { ManifestResources } from "./types.js";
import { millicores } from "./units.js";

/** The bounds of placement, in the words of a manifest: beyond them a value is a mistake of units. */
const LEAST_MEMORY = "1MiB";
const MOST_BYTES = "1048576GiB";
const MOST_CORES = 10_000;

/** A key's path from the root. */
type Path = ManifestFault["path"];

/** The fault of a duration below a millisecond or above `most`. */
export function durationFaults(path: Path, given: string | undefined, most: string): ManifestFault[] {
  return outside(path, given, parseDurationMs, "1ms", most);
}

/** The fault of a size below `least` or above what any machine has. */
export function sizeFaults(path: Path, given: string | undefined, least: string): ManifestFault[] {
  return outside(path, given, parseSizeBytes, least, MOST_BYTES);
}

/** Faults of what an instance or a stage asks of a machine. */
export function resourceFaults(path: Path, { cpu, memory }: Sound<ManifestResources> = {}): ManifestFault[] {
  return [
    ...outside([...path, "cpu"], cpu, millicores, "1m", MOST_CORES),
    ...sizeFaults([...path, "memory"], memory, LEAST_MEMORY),
  ];
}

/** The fault of an image under whose name no engine could look for one. */
export function imageFaults(path: Path, reference: string | undefined): ManifestFault[] {
  if (reference === undefined || isImageReference(reference)) return [];
  const message = `must be an image's reference, [registry/]name[:tag][@digest] with the name in small letters; got ${JSON.stringify(reference)}`;
  return [{ path, message }];
}

/** Faults of variables that the agent sets over whatever is given. */
export function environmentFaults(
  path: Path,
  of: "instance" | "stage",
  environment: Sound<Record<string, string>> = {},
): ManifestFault[] {
  const names = Object.keys(environment).filter((name) => isSetByAgent(of, name));
  return names.map((name) => ({
    path: [...path, name],
    atKey: true,
    message: `is set by the agent for every ${of}; take it out`,
  }));
}

function outside<T extends string | number>(
  path: Path,
  given: T | undefined,
  parse: (value: string | number) => number,
  least: string,
  most: string | number,
): ManifestFault[] {
  if (given === undefined || (parse(given) >= parse(least) && parse(given) <= parse(most))) return [];
  return [{ path, message: `must be ${least} to ${most}; got ${given}` }];
}
