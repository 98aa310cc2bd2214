import type { Resources__Output } from "../../../proto/gen/straightline/v1/Resources.js";
import type { FieldViolation } from "../../common/errors/index.js";
import { isImageReference, isSetByAgent } from "../../common/workload/index.js";

/** Beyond any machine: a value that is a mistake of units. */
const MAX_MILLICORES = 1e7;
const MIN_MEMORY_BYTES = 1024 ** 2;
export const MAX_BYTES = 1024 ** 5;
const MAX_GPUS = 1024;

/** Faults of what an instance or a stage asks of a machine. */
export function resourceFaults(path: string, resources: Resources__Output | null): FieldViolation[] {
  const { cpuMillicores = 0, memoryBytes = 0, gpus = 0 } = resources ?? {};
  return [
    ...range(`${path}.cpu_millicores`, cpuMillicores, 1, MAX_MILLICORES, "1000 is one core"),
    ...range(`${path}.memory_bytes`, memoryBytes, MIN_MEMORY_BYTES, MAX_BYTES, "give bytes"),
    ...range(`${path}.gpus`, gpus, 0, MAX_GPUS, "give whole GPUs"),
  ];
}

/** Faults of the names of an environment: those that are none, and those that the agent sets over whatever is given. */
export function environmentFaults(
  field: string,
  of: "instance" | "stage",
  environment: Readonly<Record<string, string>>,
): FieldViolation[] {
  return Object.keys(environment).flatMap((name) => {
    if (isSetByAgent(of, name)) return [{ field, description: `${name} is set by the agent for every ${of}; take it out` }];
    if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return [];
    const description = `names must be letters, digits and '_', not starting with a digit; got ${JSON.stringify(name)}`;
    return [{ field, description }];
  });
}

/** The fault of an image under whose name no engine could look for one. */
export function imageFault(field: string, reference: string): FieldViolation[] {
  if (isImageReference(reference)) return [];
  const description = `must be an image's reference, [registry/]name[:tag][@digest] with the name in small letters; got ${JSON.stringify(reference)}`;
  return [{ field, description }];
}

/** The fault of a digest that names no bytes. */
export function digestFault(field: string, digest: string): FieldViolation[] {
  if (/^sha256:[0-9a-f]{64}$/.test(digest)) return [];
  return [{ field, description: `must be sha256: and 64 hex digits; got ${JSON.stringify(digest)}` }];
}

/** The fault of a whole number outside of its bounds. */
export function range(field: string, value: number, least: number, most: number, remedy: string): FieldViolation[] {
  if (Number.isInteger(value) && value >= least && value <= most) return [];
  return [{ field, description: `must be ${least} to ${most}; got ${value}; ${remedy}` }];
}
