import type { ApplicationRecord__Output } from "../../../proto/gen/straightline/v1/ApplicationRecord.js";
import type { Assignment, Assignment__Output } from "../../../proto/gen/straightline/v1/Assignment.js";
import { assignmentKey, type Bucket, kindFromWire, kindToWire } from "../../common/bus/index.js";
import { causeChain, StraightLineError } from "../../common/errors/index.js";
import type { Logger } from "../../common/observe/index.js";
import type { Fleet, Mirror, NodeState, Schedule } from "../state/index.js";
import { type PlanAction, type PlanApplication, type PlanAssignment, type PlanNode, plan } from "./plan.js";

/** Keeps the bucket `assignments` as the applications and the nodes ask. */
export interface Controller {
  /** Something has changed: reconciles a moment later. */
  poke(): void;
  /** Reconciles until no more than the round under way is left. */
  stop(): Promise<void>;
}

/** What a controller works on. */
export interface ControllerOptions {
  readonly applications: Mirror<ApplicationRecord__Output>;
  readonly assignments: Mirror<Assignment__Output>;
  readonly assignmentBucket: Bucket<Assignment, Assignment__Output>;
  readonly fleet: Fleet;
  readonly log: Logger;
  readonly schedule: Schedule;
}

/** Changes come in groups (a fleet that starts, a deploy); a short wait makes one round of them. */
const SETTLE_MS = 50;
/** Even when nothing is told, what stands is compared with what is desired: a missed event costs this long at most. */
const PERIOD_MS = 5000;

/** Starts reconciling. A round that fails (NATS away, another writer) is repeated by the next. */
export function startController(options: ControllerOptions): Controller {
  const { log, schedule } = options;
  let stopped = false;
  let round: Promise<void> | undefined;
  let cancel: () => void = () => undefined;
  let pokedDuringRound = false;
  const arm = (delayMs: number): void => {
    cancel();
    if (!stopped) cancel = schedule(delayMs, run);
  };
  const run = (): void => {
    pokedDuringRound = false;
    round = reconcile(options)
      .catch((error: unknown) => log.warn({ chain: causeChain(error) }, "reconciling failed; it will be tried again"))
      .finally(() => {
        round = undefined;
        arm(pokedDuringRound ? SETTLE_MS : PERIOD_MS);
      });
  };
  arm(SETTLE_MS);
  return {
    poke() {
      if (round !== undefined) pokedDuringRound = true;
      else arm(SETTLE_MS);
    },
    async stop() {
      stopped = true;
      cancel();
      await round;
    },
  };
}

async function reconcile(options: ControllerOptions): Promise<void> {
  const { applications, assignments, fleet } = options;
  // What has not been read yet must not pass for undeployed.
  if (!applications.isCurrent() || !assignments.isCurrent()) return;
  const nodes = fleet.nodes();
  const desired = [...applications.entries.values()].map(({ value }) => planApplication(value));
  const ready = readyAssignments(nodes);
  const standing = [...assignments.entries].flatMap(([key, { value }]) => planAssignment(value, ready.has(key)));
  for (const action of plan(desired, nodes.map(planNode), standing)) await apply(action, options);
}

async function apply(action: PlanAction, options: ControllerOptions): Promise<void> {
  try {
    if (action.type === "create") await createAssignment(action, options);
    else if (action.type === "update") await updateAssignment(action.assignment, options);
    else await removeAssignment(action.assignment, options);
  } catch (error) {
    // Another writer was faster; the watch will tell what stands now.
    if (!(error instanceof StraightLineError) || error.code !== "CONFLICT") throw error;
  }
}

type Creation = Extract<PlanAction, { type: "create" }>;

async function createAssignment(action: Creation, { applications, assignments, assignmentBucket, log }: ControllerOptions) {
  const value = assignmentOf(applications.entries.get(action.application)?.value, action);
  if (value === undefined) return;
  const key = assignmentKey(action.nodeId, action.application, action.replica);
  const revision = await assignmentBucket.create(key, value);
  assignments.note({ key, value, revision });
  log.info({ assignment: key, kind: action.kind }, "assigned");
}

async function updateAssignment(old: PlanAssignment, { applications, assignments, assignmentBucket, log }: ControllerOptions) {
  const key = assignmentKey(old.nodeId, old.application, old.replica);
  const value = assignmentOf(applications.entries.get(old.application)?.value, old);
  const known = assignments.entries.get(key);
  if (value === undefined || known === undefined) return;
  const revision = await assignmentBucket.update(key, value, known.revision);
  assignments.note({ key, value, revision });
  log.info({ assignment: key, generation: value.generation }, "assignment renewed");
}

async function removeAssignment(old: PlanAssignment, { assignments, assignmentBucket, log }: ControllerOptions) {
  const key = assignmentKey(old.nodeId, old.application, old.replica);
  const known = assignments.entries.get(key);
  if (known === undefined) return;
  await assignmentBucket.remove(key, known.revision);
  assignments.forget(key);
  log.info({ assignment: key }, "assignment removed");
}

/** The message for an agent; undefined when the application has changed since it was planned. */
function assignmentOf(
  record: ApplicationRecord__Output | undefined,
  { nodeId, replica, kind }: Pick<PlanAssignment, "nodeId" | "replica" | "kind">,
): Assignment__Output | undefined {
  const spec = record?.spec ?? undefined;
  const implementation = spec?.implementations.find((form) => form.kind === kindToWire(kind));
  if (record === undefined || spec === undefined || implementation === undefined) return undefined;
  const { generation, traceparent } = record;
  return { nodeId, application: spec.name, replica, spec, implementation, generation, traceparent };
}

function planApplication({ spec, generation }: ApplicationRecord__Output): PlanApplication {
  const forms = (spec?.implementations ?? []).flatMap(({ kind: wire, replicas }) => {
    const kind = kindFromWire(wire);
    return kind === undefined ? [] : [{ kind, replicas }];
  });
  return { name: spec?.name ?? "", generation, forms };
}

function planAssignment(value: Assignment__Output, ready: boolean): PlanAssignment[] {
  const { nodeId, application, replica, generation } = value;
  const kind = kindFromWire(value.implementation?.kind);
  return kind === undefined ? [] : [{ nodeId, application, replica, generation, kind, ready }];
}

function planNode({ nodeId, kind, health, scheduling, telemetry }: NodeState): PlanNode {
  if (health === "lost") return { nodeId, kind, status: "lost" };
  if (scheduling === "draining") return { nodeId, kind, status: "draining" };
  // A node remembered from an earlier run gets nothing new before it has spoken.
  const takesNew = scheduling === "open" && telemetry?.impairment === "";
  return { nodeId, kind, status: takesNew ? "open" : "full" };
}

/** Keys of the assignments whose instance is ready. */
function readyAssignments(nodes: readonly NodeState[]): Set<string> {
  const ready = nodes.flatMap(({ nodeId, telemetry }) =>
    (telemetry?.instances ?? [])
      .filter(({ state }) => state === "INSTANCE_STATE_READY")
      .map(({ assignment }) => `${nodeId}.${assignment}`),
  );
  return new Set(ready);
}
