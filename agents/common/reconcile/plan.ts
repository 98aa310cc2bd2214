/** Where an instance is in its life. */
export type InstancePhase = "starting" | "ready" | "unhealthy" | "stopping" | "exited";

/** An instance as planning sees it. */
export interface PlannedInstance {
  readonly instanceId: string;
  readonly assignment: string;
  readonly generation: number;
  readonly phase: InstancePhase;
  /** It has been ready for as long as its rollout asks: its predecessor may go. */
  readonly available: boolean;
  readonly startedAtMs: number;
}

/** The last failure to fulfil an assignment. */
export interface PlannedFailure {
  readonly generation: number;
  /** Not tried again before. */
  readonly notBeforeMs: number;
  /** Another try would fail too. */
  readonly permanent: boolean;
}

/** All that planning looks at. */
export interface PlanInput {
  readonly nowMs: number;
  /** Generation wanted, by assignment. */
  readonly desired: ReadonlyMap<string, { readonly generation: number }>;
  readonly instances: readonly PlannedInstance[];
  readonly failures: ReadonlyMap<string, PlannedFailure>;
  /** Instances that may be starting at a time. */
  readonly maxStarts: number;
  /** The node takes no new instance. */
  readonly impaired: boolean;
}

/** A step towards what is wanted. */
export type PlanAction =
  | { readonly type: "start"; readonly assignment: string }
  | { readonly type: "stop"; readonly instanceId: string; readonly reason: string };

/**
 * Compares what is wanted with what is there. Pure. An instance of another generation goes on until its successor is available, unless it
 * has never served; of two instances of one generation the ready and older one stays.
 */
export function planActions(input: PlanInput): PlanAction[] {
  return [...stops(input), ...starts(input)];
}

function stops({ desired, instances }: PlanInput): PlanAction[] {
  return instances.flatMap((instance): PlanAction[] => {
    if (instance.phase === "stopping") return [];
    const reason = stopReason(instance, desired.get(instance.assignment)?.generation, instances);
    return reason === undefined ? [] : [{ type: "stop", instanceId: instance.instanceId, reason }];
  });
}

function stopReason(
  instance: PlannedInstance,
  wanted: number | undefined,
  instances: readonly PlannedInstance[],
): string | undefined {
  if (instance.phase === "exited") return "it has ended";
  if (wanted === undefined) return "it is no longer assigned";
  const peers = instances.filter((other) => other.assignment === instance.assignment && isAlive(other));
  if (instance.generation === wanted) {
    const [best] = peers.filter((other) => other.generation === wanted).sort(byPreference);
    return best === instance ? undefined : `it is one too many beside ${best?.instanceId}`;
  }
  if (peers.some((other) => other.generation === wanted && other.available)) {
    return `it is replaced by generation ${wanted}`;
  }
  // One that does not answer for a moment may be asked right now; whether it is silent for good, observation says.
  return instance.phase === "starting" ? `generation ${wanted} is wanted and it has never served` : undefined;
}

function starts({ nowMs, desired, instances, failures, maxStarts, impaired }: PlanInput): PlanAction[] {
  if (impaired) return [];
  const room = Math.max(0, maxStarts - instances.filter((instance) => instance.phase === "starting").length);
  return [...desired]
    .filter(([assignment, { generation }]) => !isServed(assignment, generation, instances))
    .filter(([assignment, { generation }]) => mayTry(failures.get(assignment), generation, nowMs))
    .map(([assignment]): PlanAction => ({ type: "start", assignment }))
    .slice(0, room);
}

function isServed(assignment: string, generation: number, instances: readonly PlannedInstance[]): boolean {
  return instances.some((one) => one.assignment === assignment && one.generation === generation && isAlive(one));
}

function mayTry(failure: PlannedFailure | undefined, generation: number, nowMs: number): boolean {
  if (failure === undefined || failure.generation !== generation) return true;
  return !failure.permanent && failure.notBeforeMs <= nowMs;
}

function isAlive({ phase }: PlannedInstance): boolean {
  return phase === "starting" || phase === "ready" || phase === "unhealthy";
}

function byPreference(a: PlannedInstance, b: PlannedInstance): number {
  const readiness = Number(b.phase === "ready") - Number(a.phase === "ready");
  if (readiness !== 0) return readiness;
  return a.startedAtMs - b.startedAtMs || (a.instanceId < b.instanceId ? -1 : 1);
}
