import { isIPv4, isIPv6 } from "node:net";
import { ServerCredentials } from "@grpc/grpc-js";
import type { TlsConfig } from "../config/index.js";
import { StraightLineError } from "../errors/index.js";
import { readPem } from "./read-pem.js";

/** True for the addresses that no other machine reaches. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIPv4(host) && host.startsWith("127."));
}

/** host:port as gRPC takes it: an IPv6 address in brackets. */
export function hostPort(host: string, port: number): string {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}

/** A listener's TLS material, PEM. */
export interface TlsMaterial {
  readonly cert: Buffer;
  readonly key: Buffer;
  /** CA that clients' certificates must be signed by. */
  readonly clientCa: Buffer;
}

/**
 * TLS material of a listener; undefined for plaintext. Beyond loopback, TLS with client certificates is a must: throws
 * INSECURE_LISTENER otherwise, so that the process refuses to start.
 */
export function listenerTls(host: string, tls: TlsConfig): TlsMaterial | undefined {
  const complete = tls.certFile !== "" && tls.keyFile !== "" && tls.clientCaFile !== "";
  if (complete) return { cert: readPem(tls.certFile), key: readPem(tls.keyFile), clientCa: readPem(tls.clientCaFile) };
  if (isLoopback(host) && tls.certFile === "" && tls.keyFile === "" && tls.clientCaFile === "") return undefined;
  throw new StraightLineError(
    "INSECURE_LISTENER",
    `listening on ${host} needs --tls-cert-file, --tls-key-file and --tls-client-ca-file; without them only loopback (127.0.0.1) is allowed`,
  );
}

/** grpc-js credentials of the same. */
export function listenerCredentials(host: string, tls: TlsConfig): ServerCredentials {
  const material = listenerTls(host, tls);
  if (material === undefined) return ServerCredentials.createInsecure();
  const pair = { cert_chain: material.cert, private_key: material.key };
  return ServerCredentials.createSsl(material.clientCa, [pair], true);
}
