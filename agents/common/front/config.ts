import type { KindToken } from "../../../services/common/bus/index.js";

/** Values of frontSchema: how instances are reached from other machines. */
export interface FrontConfig {
  /** Empty: no front; instances are reached from their own machine alone. */
  readonly host: string;
  readonly port: number;
  readonly advertisedHost: string;
  readonly certFile: string;
  readonly keyFile: string;
  readonly clientCaFile: string;
  readonly gateways: string;
  readonly maxConnections: number;
  readonly maxBodyBytes: number;
  readonly idleTimeoutMs: number;
}

/** Default ports, so that agents of several kinds share a machine. */
export const FRONT_PORT: Readonly<Record<KindToken, number>> = { vm: 7072, container: 7073, serverless: 7074 };

/** Schema of the front, for the agent of one kind. */
export function frontSchema(kind: KindToken) {
  return {
    host: setting("Address on which the agent takes requests for its instances by TLS; empty: none", String, "", "host"),
    port: setting("Port of the front", "port", FRONT_PORT[kind], "port"),
    advertisedHost: setting("Name or address that clients reach the front by; empty: its address", String, "", "advertised-host"),
    certFile: setting("Certificate (PEM) of the front, good for that name", String, "", "cert-file"),
    keyFile: setting("Key (PEM) of the front", String, "", "key-file"),
    clientCaFile: setting("CA (PEM) that gateways' certificates are signed by", String, "", "client-ca-file"),
    gateways: setting("Common names of the certificates that the front opens to, comma-separated", String, "gateway", "gateways"),
    maxConnections: setting("Connections held at the same time", "positive-integer", 1024, "max-connections"),
    maxBodyBytes: setting("Largest body, where the application names no limit", "size-bytes", 64 * 1024 * 1024, "max-body-bytes"),
    idleTimeoutMs: setting("A connection without a request is closed after this", "duration-ms", 300_000, "idle-timeout"),
  } as const;
}

/** Environment and argument follow from one name. */
function setting<F, T>(doc: string, format: F, value: T, name: string) {
  const env = `STRAIGHTLINE_AGENT_FRONT_${name.toUpperCase().replaceAll("-", "_")}`;
  return { doc, format, default: value, env, arg: `front-${name}` };
}
