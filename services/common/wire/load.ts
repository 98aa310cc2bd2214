import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadPackageDefinition } from "@grpc/grpc-js";
import { loadSync, type MessageTypeDefinition, type PackageDefinition } from "@grpc/proto-loader";
import type { ProtoGrpcType as DeploymentTypes } from "../../../proto/gen/deployment.js";
import type { ProtoGrpcType as FleetTypes } from "../../../proto/gen/fleet.js";
import type { ProtoGrpcType as JobTypes } from "../../../proto/gen/job.js";
import type { ProtoGrpcType as PlacementTypes } from "../../../proto/gen/placement.js";

/** The loader options that proto/gen is generated for; the two must not differ. */
const LOADER_OPTIONS = { longs: Number, enums: String, defaults: true, oneofs: true } as const;

type StraightlineTypes = PlacementTypes & FleetTypes & DeploymentTypes & JobTypes;

/** Absolute path of the folder `proto`, from source, from the build and from an installed package alike. */
export function protoDirectory(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (let depth = 0; depth < 8; depth++) {
    const candidate = join(folder, "proto");
    if (existsSync(join(candidate, "straightline", "v1", "placement.proto"))) return candidate;
    folder = dirname(folder);
  }
  throw new Error("the folder proto/straightline/v1 is missing beside the program");
}

/** Loads .proto files, named relative to the folder `proto`. */
export function loadProto(files: readonly string[], directory: string = protoDirectory()): PackageDefinition {
  return loadSync([...files], { ...LOADER_OPTIONS, includeDirs: [directory] });
}

let definition: PackageDefinition | undefined;

/** The package straightline.v1, loaded once. */
export function straightlineDefinition(): PackageDefinition {
  definition ??= loadProto([
    "straightline/v1/placement.proto",
    "straightline/v1/fleet.proto",
    "straightline/v1/deployment.proto",
    "straightline/v1/job.proto",
  ]);
  return definition;
}

/** Clients and service definitions of straightline.v1. */
export function straightlineServices(): StraightlineTypes["straightline"]["v1"] {
  return (loadPackageDefinition(straightlineDefinition()) as unknown as StraightlineTypes).straightline.v1;
}

/** Turns one message type into bytes and back. `decode` throws on bytes that are not such a message. */
export interface Codec<Input, Output> {
  encode(value: Input): Uint8Array;
  decode(bytes: Uint8Array): Output;
}

/** The codec of a message of straightline.v1, by its short name. */
export function messageCodec<Input extends object, Output>(name: string): Codec<Input, Output> {
  const type = straightlineDefinition()[`straightline.v1.${name}`] as MessageTypeDefinition<Input, Output> | undefined;
  if (type?.format !== "Protocol Buffer 3 DescriptorProto") throw new Error(`straightline.v1.${name} is no message`);
  return {
    encode: (value) => type.serialize(value),
    decode: (bytes) => type.deserialize(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)),
  };
}
