import { StraightLineError } from "../../common/errors/index.js";
import { type ClientTls, readPem } from "../../common/rpc/index.js";

/** What the gateway shows to the fronts of agents and checks theirs by, PEM. */
export interface FrontTls {
  readonly ca: Buffer;
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** True for an instance that an agent fronts: the front speaks TLS, and one address stands for all instances of the node. */
export function isFronted(placement: { readonly httpEndpoint: string }): boolean {
  return placement.httpEndpoint.startsWith("https:");
}

/**
 * Reads the certificates for fronts; where none are named, those for the placement service serve. Undefined when there are none either: then only instances on loopback are
 * reached. Throws CONFIG_INVALID when a file cannot be read.
 */
export function readFrontTls(front: ClientTls, placement: ClientTls): FrontTls | undefined {
  const caFile = front.caFile || placement.caFile;
  const { certFile, keyFile } = front.certFile === "" ? placement : front;
  if (caFile === "" || certFile === "") return undefined;
  return { ca: readPem(caFile), cert: readPem(certFile), key: readPem(keyFile) };
}

/**
 * Why a gateway without certificates for fronts does not send to this instance: it would trust whatever the public's CAs have signed. Undefined where it may send.
 */
export function frontFault(
  { instanceId, httpEndpoint }: { readonly instanceId: string; readonly httpEndpoint: string },
  tls: FrontTls | undefined,
): StraightLineError | undefined {
  if (tls !== undefined || !isFronted({ httpEndpoint })) return undefined;
  const needs = "--front-ca-file, --front-cert-file and --front-key-file";
  return new StraightLineError(
    "CONFIG_INVALID",
    `instance ${instanceId} is behind its node's front ${httpEndpoint}, which this gateway trusts and is trusted by only with ${needs}`,
  );
}
