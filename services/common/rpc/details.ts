import protobuf from "protobufjs";
import type { ErrorDetails } from "../errors/index.js";

/** google.rpc messages of https://github.com/googleapis/googleapis/tree/master/google/rpc, as far as they are used here. */
const SCHEMA = {
  nested: {
    Any: { fields: { typeUrl: { type: "string", id: 1 }, value: { type: "bytes", id: 2 } } },
    Status: {
      fields: {
        code: { type: "int32", id: 1 },
        message: { type: "string", id: 2 },
        details: { rule: "repeated", type: "Any", id: 3 },
      },
    },
    ErrorInfo: {
      fields: {
        reason: { type: "string", id: 1 },
        domain: { type: "string", id: 2 },
        metadata: { keyType: "string", type: "string", id: 3 },
      },
    },
    Duration: { fields: { seconds: { type: "int64", id: 1 }, nanos: { type: "int32", id: 2 } } },
    RetryInfo: { fields: { retryDelay: { type: "Duration", id: 1 } } },
    FieldViolation: { fields: { field: { type: "string", id: 1 }, description: { type: "string", id: 2 } } },
    BadRequest: { fields: { fieldViolations: { rule: "repeated", type: "FieldViolation", id: 1 } } },
  },
};
// protobufjs declares no type for map fields in its JSON form, though it reads them.
const root = protobuf.Root.fromJSON(SCHEMA as protobuf.INamespace);

const TYPE_PREFIX = "type.googleapis.com/";
const DOMAIN = "straightline";
const TRACE_TYPE = `${TYPE_PREFIX}straightline.v1.DecisionTrace`;

/** What a status carries beside code and message. */
export interface StatusDetails extends ErrorDetails {
  /** Code of the catalogue. */
  readonly reason: string;
}

/** Encodes google.rpc.Status for the trailer grpc-status-details-bin. */
export function encodeStatusDetails(code: number, message: string, details: StatusDetails): Buffer {
  const any = [pack("ErrorInfo", { reason: details.reason, domain: DOMAIN, metadata: details.metadata ?? {} })];
  if (details.retryAfterMs !== undefined) any.push(pack("RetryInfo", { retryDelay: duration(details.retryAfterMs) }));
  if (details.violations !== undefined) any.push(pack("BadRequest", { fieldViolations: details.violations }));
  if (details.trace !== undefined) any.push({ typeUrl: TRACE_TYPE, value: details.trace });
  return Buffer.from(root.lookupType("Status").encode({ code, message, details: any }).finish());
}

/** Reads grpc-status-details-bin; undefined when the bytes are not such a message or name no ErrorInfo. */
export function decodeStatusDetails(bytes: Uint8Array): StatusDetails | undefined {
  try {
    return readStatusDetails(bytes);
  } catch {
    // A foreign server may put anything here; the status code and message still stand.
    return undefined;
  }
}

function readStatusDetails(bytes: Uint8Array): StatusDetails | undefined {
  let found: StatusDetails | undefined;
  const rest: { -readonly [K in keyof ErrorDetails]: ErrorDetails[K] } = {};
  for (const any of unpack<{ details?: Any[] }>("Status", bytes).details ?? []) {
    if (any.typeUrl === TRACE_TYPE) rest.trace = any.value;
    const name = any.typeUrl.slice(any.typeUrl.lastIndexOf(".") + 1);
    if (name === "ErrorInfo") found = unpackErrorInfo(any.value);
    if (name === "RetryInfo") rest.retryAfterMs = unpackRetry(any.value);
    if (name === "BadRequest") rest.violations = unpack<{ fieldViolations?: [] }>(name, any.value).fieldViolations ?? [];
  }
  return found === undefined ? undefined : { ...found, ...rest };
}

interface Any {
  readonly typeUrl: string;
  readonly value: Uint8Array;
}

function unpackErrorInfo(bytes: Uint8Array): StatusDetails {
  const { reason = "", metadata = {} } = unpack<{ reason?: string; metadata?: Record<string, string> }>("ErrorInfo", bytes);
  return { reason, metadata };
}

function unpackRetry(bytes: Uint8Array): number {
  const { retryDelay } = unpack<{ retryDelay?: { seconds?: number; nanos?: number } }>("RetryInfo", bytes);
  return Number(retryDelay?.seconds ?? 0) * 1000 + (retryDelay?.nanos ?? 0) / 1e6;
}

function unpack<T>(name: string, bytes: Uint8Array): T {
  const type = root.lookupType(name);
  return type.toObject(type.decode(bytes), { longs: Number }) as T;
}

function pack(name: string, value: object): Any {
  return { typeUrl: `${TYPE_PREFIX}google.rpc.${name}`, value: root.lookupType(name).encode(value).finish() };
}

function duration(ms: number): { seconds: number; nanos: number } {
  return { seconds: Math.floor(ms / 1000), nanos: Math.round((ms % 1000) * 1e6) };
}
