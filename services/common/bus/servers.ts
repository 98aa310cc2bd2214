import { StraightLineError } from "../errors/index.js";

/** Where NATS is, and as whom to connect. */
export interface ServerList {
  /** Without user and password, so that they may be logged and shown. */
  readonly addresses: readonly string[];
  /** Of the first address that has one; a client has one identity for all its servers. */
  readonly login: { readonly user: string; readonly password: string } | undefined;
}

/** Scheme, user information and the rest of an address. */
const ADDRESS = /^([a-z][a-z0-9+.-]*:\/\/)?(?:([^@/]*)@)?(.*)$/is;

/**
 * Reads "nats://host:port" and "nats://user:password@host:port", comma-separated: the client itself passes user information by. User and
 * password are percent-encoded, as in any URL; throws CONFIG_INVALID when they cannot be decoded.
 */
export function readServers(servers: string): ServerList {
  const parts = servers.split(",").map((server) => ADDRESS.exec(server.trim()) ?? []);
  const userInfo = parts.map(([, , info]) => info).find((info) => info !== undefined);
  return {
    addresses: parts.map(([, scheme = "", , rest = ""]) => scheme + rest),
    login: userInfo === undefined ? undefined : readLogin(userInfo),
  };
}

function readLogin(userInfo: string): { user: string; password: string } {
  const [user = "", ...password] = userInfo.split(":");
  try {
    return { user: decodeURIComponent(user), password: decodeURIComponent(password.join(":")) };
  } catch (cause) {
    const message = "nats.servers: user and password must be percent-encoded; write % as %25, @ as %40, : as %3A, / as %2F";
    throw new StraightLineError("CONFIG_INVALID", message, { cause });
  }
}
