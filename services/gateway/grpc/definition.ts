import type { ServiceDefinition } from "@grpc/grpc-js";
import type { PackageDefinition } from "@grpc/proto-loader";
import { loadProto } from "../../common/wire/index.js";

const SERVICE = "inference.GRPCInferenceService";

/** Methods whose messages pass through as bytes. */
const RAW_METHODS: ReadonlySet<string> = new Set(["ModelInfer", "ModelMetadata"]);

/** Path of a method on the wire. */
export function methodPath(method: string): string {
  return `/${SERVICE}/${method}`;
}

/** The Open Inference Protocol, for reflection. */
export function inferencePackage(): PackageDefinition {
  return loadProto(["inference/grpc_service.proto"]);
}

/** The service with its raw methods taking and giving Buffers. */
export function rawInferenceService(definition: PackageDefinition): ServiceDefinition {
  const service = definition[SERVICE] as ServiceDefinition;
  return Object.fromEntries(
    Object.entries(service).map(([name, method]) => [name, RAW_METHODS.has(name) ? { ...method, ...IDENTITY } : method]),
  );
}

const same = (bytes: Buffer): Buffer => bytes;
const IDENTITY = { requestSerialize: same, requestDeserialize: same, responseSerialize: same, responseDeserialize: same };
