import { readFileSync } from "node:fs";
import { type ChannelCredentials, type ChannelOptions, credentials, Metadata, type ServiceError, status } from "@grpc/grpc-js";
import { type ErrorCode, StraightLineError } from "../errors/index.js";
import { fromGrpcError } from "./status.js";

/** A client's certificate for mutual TLS. */
export interface ClientTls {
  /** CA of the server, PEM file; empty: plaintext. */
  readonly caFile: string;
  /** Client certificate and key, PEM files; empty: none. */
  readonly certFile: string;
  readonly keyFile: string;
}

/** Credentials of a channel: plaintext without a CA, else TLS, mutual with a certificate. */
export function channelCredentials(tls: ClientTls): ChannelCredentials {
  if (tls.caFile === "") return credentials.createInsecure();
  const ca = readFileSync(tls.caFile);
  if (tls.certFile === "") return credentials.createSsl(ca);
  return credentials.createSsl(ca, readFileSync(tls.keyFile), readFileSync(tls.certFile));
}

/** Channel options shared by all clients: a restarted server is found again within a second, a dead one within 20 s. */
export const CHANNEL_OPTIONS: ChannelOptions = {
  "grpc.initial_reconnect_backoff_ms": 100,
  "grpc.max_reconnect_backoff_ms": 1000,
  "grpc.keepalive_time_ms": 15_000,
  "grpc.keepalive_timeout_ms": 5000,
  "grpc.max_receive_message_length": 64 * 1024 * 1024,
};

/** How a call is made. */
export interface CallOptions {
  /** The call fails with DEADLINE_EXCEEDED after this many milliseconds. */
  readonly timeoutMs: number;
  readonly traceparent?: string | undefined;
  /** Code for an unreachable peer; default PLACEMENT_UNAVAILABLE. */
  readonly unavailable?: ErrorCode;
  /** Message when the time is over without an answer; default grpc-js's. */
  readonly unanswered?: string;
}

/** A timer may ring so much before its time by the clock, milliseconds. */
const EARLY_MS = 2;

type Callback<Res> = (error: ServiceError | null, response?: Res) => void;

/** A generated client's unary method, bound to its client. Of its overloads this is the last, which is the one that types are inferred from. */
export type UnaryMethod<Req, Res> = (request: Req, callback: Callback<Res>) => unknown;

type FullUnaryMethod<Req, Res> = (
  request: Req,
  metadata: Metadata,
  options: { deadline: number },
  callback: Callback<Res>,
) => unknown;

/** Calls a unary method; rejects with a StraightLineError. */
export function callUnary<Req, Res>(method: UnaryMethod<Req, Res>, request: Req, options: CallOptions): Promise<Res> {
  const full = method as unknown as FullUnaryMethod<Req, Res>;
  const deadline = Date.now() + options.timeoutMs;
  return new Promise((resolve, reject) => {
    full(request, callMetadata(options.traceparent), { deadline }, (error, response) => {
      if (error !== null) reject(failureOf(error, deadline, options));
      else resolve(response as Res);
    });
  });
}

/** A service may answer DEADLINE_EXCEEDED too: for a wait of its own, before the call's time is over. */
function failureOf(error: ServiceError, deadline: number, { unavailable, unanswered }: CallOptions): StraightLineError {
  const isOver = error.code === status.DEADLINE_EXCEEDED && Date.now() >= deadline - EARLY_MS;
  if (isOver && unanswered !== undefined) return new StraightLineError("DEADLINE_EXCEEDED", unanswered, { cause: error });
  return fromGrpcError(error, unavailable ?? "PLACEMENT_UNAVAILABLE");
}

/** Metadata that carries the trace context. */
function callMetadata(traceparent: string | undefined): Metadata {
  const metadata = new Metadata();
  if (traceparent !== undefined) metadata.set("traceparent", traceparent);
  return metadata;
}
