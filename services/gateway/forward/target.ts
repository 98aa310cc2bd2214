import { ATTRIBUTE, rpcAttributes } from "../../common/observe/index.js";

/** What a span says of where its request goes. */
export type TargetAttributes = Readonly<Record<string, string | number>>;

/** Of a request over HTTP. `path` is without the query, which may carry what is nobody's business. */
export function httpTarget(method: string, endpoint: string, path: string): TargetAttributes {
  return {
    [ATTRIBUTE.httpMethod]: method,
    [ATTRIBUTE.urlFull]: `${endpoint.replace(/\/$/, "")}${path}`,
    ...serverOf(endpoint),
  };
}

/** Of a call of the inference protocol over gRPC; `endpoint` is host:port. */
export function grpcTarget(method: string, endpoint: string): TargetAttributes {
  return { ...rpcAttributes(`GRPCInferenceService/${method}`, "inference"), ...serverOf(`grpc://${endpoint}`) };
}

function serverOf(url: string): TargetAttributes {
  if (!URL.canParse(url)) return {};
  const { hostname, port } = new URL(url);
  return { [ATTRIBUTE.serverAddress]: hostname, ...(port === "" ? {} : { [ATTRIBUTE.serverPort]: Number(port) }) };
}
