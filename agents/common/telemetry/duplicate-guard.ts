import type { TelemetrySnapshot, TelemetrySnapshot__Output } from "../../../proto/gen/straightline/v1/TelemetrySnapshot.js";
import type { BusMessage } from "../../../services/common/bus/index.js";
import { StraightLineError } from "../../../services/common/errors/index.js";
import type { Logger } from "../../../services/common/observe/index.js";
import { messageCodec } from "../../../services/common/wire/index.js";
import type { AgentIdentity } from "./snapshot.js";

/** What finding a second agent of one node id leads to. */
export interface DuplicateGuardOptions {
  readonly nodeId: string;
  readonly identity: AgentIdentity;
  readonly log: Logger;
  /** The other was there first: this agent must go. */
  readonly onOlder: (error: StraightLineError) => void;
  /** The other is the newcomer: it must hear of this agent. */
  readonly onNewer: () => void;
}

/**
 * Listens on the node's own subject. Only what arrives while this agent runs counts, so that a predecessor that has ended is no
 * conflict.
 */
export function createDuplicateGuard(options: DuplicateGuardOptions): (message: BusMessage) => void {
  const { nodeId, identity, log, onOlder, onNewer } = options;
  const codec = messageCodec<TelemetrySnapshot, TelemetrySnapshot__Output>("TelemetrySnapshot");
  const reported = new Set<string>();
  return ({ data }) => {
    const other = decodeIdentity(codec.decode, data);
    if (other === undefined || other.agentInstanceId === "" || other.agentInstanceId === identity.agentInstanceId) return;
    const message = `node id ${nodeId} is already used by another agent; choose --node-id`;
    if (isOlder(other, identity)) return onOlder(new StraightLineError("START_FAILED", message));
    // A bounded memory: whoever sends ever new ids gets no more lines than this.
    if (!reported.has(other.agentInstanceId) && reported.size < 100) {
      reported.add(other.agentInstanceId);
      log.error({ otherAgent: other.agentInstanceId }, `another agent has begun to use node id ${nodeId}; it should end itself`);
      onNewer();
    }
  };
}

/** The one that started first; of two that started in the same millisecond the one with the lower id. */
export function isOlder(other: AgentIdentity, own: AgentIdentity): boolean {
  if (other.epochMs !== own.epochMs) return other.epochMs < own.epochMs;
  return other.agentInstanceId < own.agentInstanceId;
}

function decodeIdentity(decode: (bytes: Uint8Array) => TelemetrySnapshot__Output, data: Uint8Array): AgentIdentity | undefined {
  try {
    const { agentEpochMs, agentInstanceId } = decode(data);
    return { epochMs: agentEpochMs, agentInstanceId };
  } catch {
    // Not a snapshot: placement drops it too.
    return undefined;
  }
}
