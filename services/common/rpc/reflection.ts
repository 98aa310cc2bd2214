import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { PackageDefinition } from "@grpc/proto-loader";
import { ReflectionService } from "@grpc/reflection";
import protobuf from "protobufjs";
import { protoDirectory } from "../wire/index.js";

/** A package whose services a server shows by reflection. */
export type ReflectedPackage = "straightline" | "inference";

/**
 * Server reflection of a package and of grpc.health.v1. The descriptors are the protobuf compiler's (proto/gen/*.binpb, made by
 * `npm run generate`): those that proto-loader makes misname map entries and fields, so that strict clients refuse them.
 */
export function createReflection(name: ReflectedPackage): ReflectionService {
  const fileDescriptorProtos = [name, "health"].flatMap(descriptorFiles);
  // The service reads nothing of a definition but its file descriptors.
  return new ReflectionService({ [name]: { fileDescriptorProtos } } as unknown as PackageDefinition);
}

/** The files of a google.protobuf.FileDescriptorSet, whose only field is `repeated FileDescriptorProto file = 1`. */
function descriptorFiles(name: string): Buffer[] {
  const reader = protobuf.Reader.create(readFileSync(join(protoDirectory(), "gen", `${name}.binpb`)));
  const files: Buffer[] = [];
  while (reader.pos < reader.len) {
    reader.uint32();
    files.push(Buffer.from(reader.bytes()));
  }
  return files;
}
