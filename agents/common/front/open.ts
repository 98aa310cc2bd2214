import { readFileSync } from "node:fs";
import { credentialsIssuer } from "../../../services/common/bus/index.js";
import { createLeaseReader } from "../../../services/common/lease/index.js";
import type { Logger, Metrics } from "../../../services/common/observe/index.js";
import { observeCertificates } from "../../../services/common/rpc/index.js";
import type { AgentConfig } from "../config.js";
import type { ManagedInstance } from "../instances/index.js";
import type { AccessRules } from "./access.js";
import { type Front, type FrontedInstance, startFront } from "./front.js";

/** What the front needs of its agent. */
export interface FrontOwner {
  readonly config: AgentConfig;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly instances: () => readonly ManagedInstance[];
}

/** The front of an agent, where its configuration asks for one; rejects as startFront. */
export async function openFront({ config, log, metrics, instances }: FrontOwner): Promise<Front | undefined> {
  if (config.front.host === "") return undefined;
  // The time of day, by which leases are dated: the agent's own clock does not follow its corrections.
  const access = { nodeId: config.nodeId, now: Date.now, readLease: leaseReader(config.nats.credentialsFile) };
  const find = (instanceId: string): FrontedInstance | undefined => {
    const one = instances().find((instance) => instance.instanceId === instanceId);
    if (one?.running === undefined || one.phase === "exited") return undefined;
    return { ...one.workload, ...one.running };
  };
  const front = await startFront({ config: config.front, access, find, log, metrics });
  observeCertificates(metrics, { front: config.front.certFile });
  log.info({ endpoint: front.address }, "instances are reached by the front");
  return front;
}

/** Whoever signed the agent's credentials signs leases too: the mesh's account. Without such credentials there are none. */
function leaseReader(credentialsFile: string): AccessRules["readLease"] {
  const issuer = credentialsFile === "" ? undefined : credentialsIssuer(readFileSync(credentialsFile, "utf8"));
  return issuer === undefined ? undefined : createLeaseReader(issuer);
}
