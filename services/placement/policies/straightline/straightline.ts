import {
  type Candidate,
  type Choice,
  type ChoiceContext,
  compareCandidates,
  type Evaluation,
  formatBytes,
  formatRate,
  isSuspect,
  kindName,
  type NodeKind,
  type PlacementInput,
  type PlacementPolicy,
  REFUSAL,
} from "../../scheduler/index.js";

/*
 * The empirical dynamic placing algorithm of "StraightLine: An End-to-End Resource-Aware Scheduler for Machine Learning Application
 * Requests" (arXiv 2407.18148), as summarised in secondary sources:
 *
 *     if   f_t > F and r_d < D : serverless
 *     elif r_d > D             : container
 *     elif S_F available       : local web server (VM)
 *     elif S_D available       : container
 *     else                     : serverless
 *
 * What the sources leave open, and our answers:
 * - Equalities go to neither side: f_t = F is not above F; r_d = D is neither below nor above D, so the third branch takes both.
 * - f_t > F with r_d > D: container, as the second branch reads.
 * - The second branch asks S_D: without a container slot the VM is taken if it has one, else serverless if the payload fits.
 * - A first branch without a serverless slot, or with a payload over its limit, goes on to the VM, then the container.
 * - S_F and S_D are "a free request slot on a live instance", by fresh telemetry and our own reservations; serverless is asked the same.
 * - With no slot anywhere the request is refused for now (or waits); never, where no form could take it.
 * - Within a kind: the instance with the fewest requests per slot, ties by node id, then instance id. Where none can be trusted, the
 *   youngest telemetry comes before that.
 */

/** Kinds in the order in which a branch tries them, and the branch's condition in words. */
interface Branch {
  readonly condition: string;
  readonly rule: string;
  readonly kinds: readonly NodeKind[];
  /** The condition alone does not tell the kind: the free slot of the VM does. */
  readonly bySlot: boolean;
}

/** The paper's algorithm. Parameters: F, requests per second; D, bytes. */
export const straightline = { name: "straightline", parameters: ["F", "D"], choose } satisfies PlacementPolicy;

function choose(context: ChoiceContext): Choice {
  const branch = branchOf(context.input);
  const pool = context.pool ?? context.candidates;
  const kind = branch.kinds.find((each) => pool.some(({ instance }) => instance.kind === each));
  const taken = kind === undefined ? undefined : firstOf(kind, pool);
  // The branches name every kind, and there is always a candidate of some kind.
  if (kind === undefined || taken === undefined) throw new Error("straightline: no candidate of a known kind");
  const passed = branch.kinds.slice(0, branch.kinds.indexOf(kind));
  const misses = passed.map((each) => whyNot(each, context.evaluations));
  const rest = (): Candidate[] =>
    branch.kinds.flatMap((each) => context.candidates.filter((one) => one.instance.kind === each && one !== taken));
  return { preferred: [taken], rest, rule: branch.rule, ...wordsOf(branch, misses, taken) };
}

/** The first of a kind in the common order. */
function firstOf(kind: NodeKind, pool: readonly Candidate[]): Candidate | undefined {
  let first: Candidate | undefined;
  for (const candidate of pool) {
    if (candidate.instance.kind !== kind) continue;
    if (first === undefined || compareCandidates(candidate, first) < 0) first = candidate;
  }
  return first;
}

function branchOf({ frequency, request, parameters }: PlacementInput): Branch {
  const frequencyLimit = parameters["F"] ?? 0;
  const sizeLimitBytes = parameters["D"] ?? 0;
  const size = formatBytes(request.sizeBytes);
  const sizeLimit = `D ${formatBytes(sizeLimitBytes)}`;
  const isFrequent = frequency.perSecond > frequencyLimit;
  const rate = `f_t ${formatRate(frequency.perSecond)} ${isFrequent ? ">" : "<="} F ${frequencyLimit}/s`;
  if (isFrequent && request.sizeBytes < sizeLimitBytes) {
    return {
      rule: "frequent-small",
      condition: `${rate} and ${size} < ${sizeLimit}`,
      kinds: ["serverless", "vm", "container"],
      bySlot: false,
    };
  }
  if (request.sizeBytes > sizeLimitBytes) {
    return { rule: "large", condition: `${size} > ${sizeLimit}`, kinds: ["container", "vm", "serverless"], bySlot: false };
  }
  return {
    rule: "free-slot",
    condition: `${rate}, ${size} <= ${sizeLimit}`,
    kinds: ["vm", "container", "serverless"],
    bySlot: true,
  };
}

function wordsOf(branch: Branch, misses: readonly string[], candidate: Candidate): Pick<Choice, "reason" | "steps"> {
  const kind = kindName(candidate.instance.kind);
  const slot = branch.bySlot && misses.length === 0 ? ["VM slot free"] : [];
  const reason = `${[branch.condition, ...misses, ...slot].join(", ")}: ${kind}`;
  const { instanceId, nodeId, inFlight, concurrency } = candidate.instance;
  const rank = isSuspect(candidate) ? "is the least doubtful" : "has the fewest requests per slot";
  return {
    reason,
    steps: () => [
      `${branch.condition}: try ${branch.kinds.map(kindName).join(", then ")}.`,
      ...misses.map((miss) => `${capitalised(miss)}.`),
      `A ${kind} slot is free: ${instanceId} on ${nodeId} ${rank} of its kind, ${inFlight} of ${concurrency}.`,
    ],
  };
}

/** Why a kind is passed over, in the words of the reason line. */
function whyNot(kind: NodeKind, evaluations: readonly Evaluation[]): string {
  const refusals = evaluations.filter((e) => e.candidate.instance.kind === kind).map((e) => e.refusal);
  const name = kindName(kind);
  if (refusals.length === 0) return `no ${name} instance`;
  const isFull = refusals.includes(REFUSAL.noFreeSlot);
  // Not refused, and passed over all the same: there is something to be trusted of another kind.
  if (refusals.includes(undefined)) return isFull ? `no trusted ${name} slot is free` : `${name} is suspect`;
  if (isFull) return `${name} has no free slot`;
  if (refusals.every((refusal) => refusal === REFUSAL.payloadTooLarge)) return `payload over the limit of ${name}`;
  if (refusals.every((refusal) => refusal?.kind === "never")) return `${name} is not allowed`;
  return `no ${name} instance is ready`;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
