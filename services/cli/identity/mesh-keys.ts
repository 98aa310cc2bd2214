import { join } from "node:path";
import {
  accountJwt,
  createKeyPair,
  credentialsText,
  DEPLOYER_PERMISSIONS,
  type KeyPair,
  keyPairOf,
  operatorJwt,
  type Permissions,
  PLACEMENT_PERMISSIONS,
  userJwt,
} from "../../common/bus/index.js";
import { readNamed, writePrivate } from "./files.js";

/** The keys of a mesh. Whoever has them may do anything in its NATS. */
export interface MeshKeys {
  readonly operator: KeyPair;
  readonly system: KeyPair;
  readonly account: KeyPair;
}

/** Name of the account in which the mesh lives. */
export const ACCOUNT_NAME = "straightline";

/**
 * Makes a mesh's keys, credentials of its services, and the part of the NATS server's configuration that trusts them. `jwtDirectory` is where the server
 * keeps accounts. Throws CONFIG_INVALID when the folder holds keys already.
 */
export function createMeshKeys(directory: string, jwtDirectory: string): MeshKeys {
  const keys: MeshKeys = {
    operator: createKeyPair("operator"),
    system: createKeyPair("account"),
    account: createKeyPair("account"),
  };
  for (const [name, { seed }] of Object.entries(keys) as [keyof MeshKeys, KeyPair][])
    writePrivate(keyFile(directory, name), `${seed}\n`);
  writePrivate(join(directory, "placement.creds"), credentialsOf("placement", PLACEMENT_PERMISSIONS, keys.account));
  writePrivate(join(directory, "deployer.creds"), credentialsOf("deployer", DEPLOYER_PERMISSIONS, keys.account));
  writePrivate(join(directory, "nats-auth.conf"), serverConfiguration(keys, jwtDirectory));
  return keys;
}

/** Reads the keys that createMeshKeys has written; throws CONFIG_INVALID when one is missing. */
export function readMeshKeys(directory: string): MeshKeys {
  const read = (name: keyof MeshKeys): KeyPair => keyPairOf(readNamed(keyFile(directory, name)));
  return { operator: read("operator"), system: read("system"), account: read("account") };
}

/** The account's key alone, which is enough to make tokens. */
export function readAccountKey(directory: string): KeyPair {
  return keyPairOf(readNamed(keyFile(directory, "account")));
}

/** Credentials for a command: they end with it, a minute at most. */
export function passingCredentials(name: string, permissions: Permissions, account: KeyPair): string {
  return credentialsOf(name, permissions, account, Date.now() + 60_000);
}

function keyFile(directory: string, name: keyof MeshKeys): string {
  return join(directory, `${name}.nk`);
}

function credentialsOf(name: string, permissions: Permissions, account: KeyPair, expiresAtMs?: number): string {
  const user = createKeyPair("user");
  return credentialsText(userJwt(name, user.publicKey, permissions, account, expiresAtMs), user.seed);
}

function serverConfiguration({ operator, system, account }: MeshKeys, jwtDirectory: string): string {
  return `# Made by \`straightline keys\`; include it in the server's configuration. It holds no secret.
operator: ${operatorJwt(operator, system.publicKey)}
system_account: ${system.publicKey}
resolver: { type: full, dir: ${JSON.stringify(jwtDirectory)}, allow_delete: false, interval: "2m" }
resolver_preload: {
  ${system.publicKey}: ${accountJwt("SYS", system.publicKey, operator)}
  ${account.publicKey}: ${accountJwt(ACCOUNT_NAME, account.publicKey, operator)}
}
`;
}
