import type { IncomingMessage } from "node:http";
import type { Http2ServerRequest } from "node:http2";
import type { TLSSocket } from "node:tls";
import { StraightLineError } from "../../../services/common/errors/index.js";
import type { Lease } from "../../../services/common/lease/index.js";
import { HEADER } from "../../../services/common/observe/index.js";

/** A request over HTTP/1.1 or HTTP/2. */
export type FrontRequest = IncomingMessage | Http2ServerRequest;

/** Whom the front opens to. */
export interface AccessRules {
  /** Common names of gateways' certificates. */
  readonly gateways: ReadonlySet<string>;
  /** Reads a lease or throws UNAUTHENTICATED; undefined: this node takes none. */
  readonly readLease: ((token: string, nowMs: number) => Lease) | undefined;
  readonly nodeId: string;
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
}

/** What a request that may pass is for. */
export interface Admitted {
  readonly instanceId: string;
  /** Of the lease; undefined: a gateway's, which may reach every application. */
  readonly application: string | undefined;
}

/**
 * Whether a request may pass: by a gateway's certificate or a lease. Throws UNAUTHENTICATED or PERMISSION_DENIED, from which nothing is to be learned about instances, or
 * INVALID_REQUEST when a gateway names no instance.
 */
export function admit(request: FrontRequest, rules: AccessRules): Admitted {
  const named = single(request.headers[HEADER.instance]);
  const token = single(request.headers[HEADER.lease]);
  if (token !== undefined) return byLease(token, named, rules);
  assertGateway(request, rules);
  if (named !== undefined) return { instanceId: named, application: undefined };
  throw new StraightLineError("INVALID_REQUEST", `${HEADER.instance}: must name the instance that the request is for`);
}

function byLease(token: string, named: string | undefined, { readLease, nodeId, now }: AccessRules): Admitted {
  if (readLease === undefined)
    throw new StraightLineError("UNAUTHENTICATED", "this node takes no leases: it has joined no mesh with keys");
  const { instanceId, application, nodeId: leased } = readLease(token, now());
  if (leased !== nodeId || (named !== undefined && named !== instanceId))
    throw new StraightLineError("PERMISSION_DENIED", "the lease is for another instance");
  return { instanceId, application };
}

function assertGateway(request: FrontRequest, { gateways }: AccessRules): void {
  const socket = connectionOf(request);
  if (socket?.authorized !== true) {
    const remedy = `show a gateway's certificate, or a lease in the header ${HEADER.lease}`;
    throw new StraightLineError("UNAUTHENTICATED", `no certificate that this node trusts; ${remedy}`);
  }
  const name: unknown = socket.getPeerCertificate().subject?.CN;
  if (typeof name === "string" && gateways.has(name)) return;
  throw new StraightLineError("PERMISSION_DENIED", "the certificate is not a gateway's");
}

function connectionOf(request: FrontRequest): TLSSocket | undefined {
  return ("stream" in request ? request.stream.session?.socket : request.socket) as TLSSocket | undefined;
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
