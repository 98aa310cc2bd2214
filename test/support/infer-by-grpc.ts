import { credentials, loadPackageDefinition, Metadata } from "@grpc/grpc-js";
import type { ProtoGrpcType as InferenceTypes } from "../../proto/gen/grpc_service.js";
import { SAMPLE_APPLICATION } from "../../services/cli/up/sample.js";
import { loadProto } from "../../services/common/wire/index.js";

/** One inference of the sample by the protocol's gRPC side, with the caller's context, if any, in its metadata. */
export function inferByGrpc(address: string, image: Buffer, traceparent?: string): Promise<void> {
  const { inference } = loadPackageDefinition(loadProto(["inference/grpc_service.proto"])) as unknown as InferenceTypes;
  const client = new inference.GRPCInferenceService(address, credentials.createInsecure());
  const metadata = new Metadata();
  if (traceparent !== undefined) metadata.set("traceparent", traceparent);
  const inputs = [{ name: "image", datatype: "BYTES", shape: [1], contents: { bytesContents: [image] } }];
  return new Promise<void>((resolve, reject) => {
    const options = { deadline: Date.now() + 10_000 };
    client.ModelInfer({ modelName: SAMPLE_APPLICATION, inputs }, metadata, options, (error) =>
      error === null ? resolve() : reject(error),
    );
  }).finally(() => client.close());
}
