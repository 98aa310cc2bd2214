/** An agent process as its snapshots name it. */
export interface AgentIdentity {
  readonly agentInstanceId: string;
  readonly epochMs: number;
}

/** Who speaks for a node id, and which other agents have claimed it lately. */
export interface Ownership {
  /**
   * Whether a snapshot of this agent is used. A restarted agent is taken at once. Two agents that go on speaking are a conflict: the
   * older epoch is used until it falls silent.
   */
  claim(agent: AgentIdentity, sequence: number, limits: OwnershipLimits): "accepted" | "old-sequence" | "old-epoch" | "duplicate";
  /** Says which agents collide; empty: none. Rivals that have been silent for `lostAfterMs` are forgotten. */
  conflict(lostAfterMs: number): string;
}

/** Periods of the node, milliseconds. */
export interface OwnershipLimits {
  readonly tickMs: number;
  readonly lostAfterMs: number;
}

interface Owner extends AgentIdentity {
  sequence: number;
  readonly sinceMs: number;
  heardMs: number;
}

/** More agents than these on one node id are a fault of a whole rollout; the list only feeds a message. */
const MAX_RIVALS = 8;

/** Ownership of one node id; `now` is any clock in milliseconds. */
export function createOwnership(nodeId: string, now: () => number): Ownership {
  let owner: Owner | undefined;
  const rivals = new Map<string, { epochMs: number; heardMs: number }>();
  const adopt = (agent: AgentIdentity, sequence: number): "accepted" => {
    rivals.delete(agent.agentInstanceId);
    owner = { ...agent, sequence, sinceMs: now(), heardMs: now() };
    return "accepted";
  };
  const addRival = (agent: AgentIdentity, heardMs: number): void => {
    rivals.delete(agent.agentInstanceId);
    rivals.set(agent.agentInstanceId, { epochMs: agent.epochMs, heardMs });
    const oldest = rivals.keys().next().value;
    if (rivals.size > MAX_RIVALS && oldest !== undefined) rivals.delete(oldest);
  };
  const claimOwn = (current: Owner, agent: AgentIdentity, sequence: number) => {
    if (agent.epochMs > current.epochMs) return adopt(agent, sequence);
    if (agent.epochMs < current.epochMs) return "old-epoch";
    if (sequence <= current.sequence) return "old-sequence";
    current.sequence = sequence;
    current.heardMs = now();
    return "accepted";
  };
  return {
    claim(agent, sequence, { tickMs, lostAfterMs }) {
      const current = owner;
      if (current === undefined || now() - current.heardMs > lostAfterMs) return adopt(agent, sequence);
      if (agent.agentInstanceId === current.agentInstanceId) return claimOwn(current, agent, sequence);
      if (!isOlder(agent, current)) {
        if (!rivals.has(agent.agentInstanceId)) return adopt(agent, sequence);
        addRival(agent, now());
        return "duplicate";
      }
      // The last words of a restarted agent's former self may arrive after the new one's first; a living one speaks again later.
      if (now() - current.sinceMs < tickMs / 2) return "old-epoch";
      addRival(current, current.heardMs);
      return adopt(agent, sequence);
    },
    conflict(lostAfterMs) {
      for (const [id, { heardMs }] of rivals) if (now() - heardMs > lostAfterMs) rivals.delete(id);
      if (owner === undefined || rivals.size === 0) return "";
      const ignored = [...rivals].map(([id, { epochMs }]) => describe({ agentInstanceId: id, epochMs }));
      return `more than one agent claims ${nodeId}: ${describe(owner)} is used, ${ignored.join(" and ")} ignored; give each agent its own node id`;
    },
  };
}

/** Equal epochs are told apart by the random id, so that two agents never displace each other in turn. */
function isOlder(a: AgentIdentity, b: AgentIdentity): boolean {
  return a.epochMs < b.epochMs || (a.epochMs === b.epochMs && a.agentInstanceId < b.agentInstanceId);
}

function describe({ agentInstanceId, epochMs }: AgentIdentity): string {
  return `${agentInstanceId} (started ${new Date(epochMs).toISOString()})`;
}
