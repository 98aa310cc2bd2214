import type { ApplicationRecord__Output } from "../../../proto/gen/straightline/v1/ApplicationRecord.js";
import type { Assignment, Assignment__Output } from "../../../proto/gen/straightline/v1/Assignment.js";
import type { Job__Output } from "../../../proto/gen/straightline/v1/Job.js";
import { assignmentKey, BUCKET, type Bucket, type Entry, kindToWire } from "../../common/bus/index.js";
import {
  ATTRIBUTE,
  type Logger,
  messagingAttributes,
  SPAN,
  type Tracing,
  traceFields,
  withSpan,
} from "../../common/observe/index.js";
import { completed, type DesiredState, desiredWarmWorkers, failed } from "../desired/index.js";
import { type ReconcileLoop, startReconcileLoop } from "../reconcile-loop.js";
import type { Fleet, Mirror, Schedule } from "../state/index.js";
import { unlessOvertaken } from "../unless-overtaken.js";
import { gpuDevicesFor } from "./gpu-devices.js";
import type { Lease } from "./lease.js";
import { actionsOf, type PlanAction, type PlanAssignment, plan } from "./plan/index.js";
import { planApplication, planAssignments, planNodes } from "./read.js";
import { createRolloutJudge, type RolloutJudge } from "./rollout.js";
import { withOtherWarmWorkers } from "./warm-workers.js";

/** What a controller works on. */
export interface ControllerOptions {
  readonly applications: Mirror<ApplicationRecord__Output>;
  readonly assignments: Mirror<Assignment__Output>;
  readonly assignmentBucket: Bucket<Assignment, Assignment__Output>;
  /** Their stages hold resources of nodes. */
  readonly jobs: Mirror<Job__Output>;
  readonly desired: Pick<DesiredState, "replace">;
  readonly fleet: Fleet;
  /** It acts only while this is held. */
  readonly lease: Pick<Lease, "isHeld">;
  readonly log: Logger;
  readonly now: () => number;
  readonly tracing: Tracing;
  readonly schedule: Schedule;
}

/** Changes come in groups (a fleet that starts, a deploy); a short wait makes one round of them. */
const SETTLE_MS = 50;
/** Even when nothing is told, what stands is compared with what is desired: a missed event costs this long at most. */
const PERIOD_MS = 5000;
/** A quarter of a form's instances may be on their way to a new revision at a time: what is wrong with it hits no more. */
export const UPDATE_SHARE = 0.25;

/** Starts to keep the bucket `assignments` as the applications and the nodes ask, and to judge rollouts. */
export function startController(options: ControllerOptions): ReconcileLoop {
  const { schedule, log } = options;
  const judge = createRolloutJudge(options.now);
  return startReconcileLoop({
    what: "assignments",
    round: () => reconcile(options, judge),
    settleMs: SETTLE_MS,
    periodMs: PERIOD_MS,
    schedule,
    log,
  });
}

async function reconcile(options: ControllerOptions, judge: RolloutJudge): Promise<void> {
  const { applications, assignments, jobs, fleet, lease } = options;
  // While another leads, nothing is seen of progress.
  judge.retain(lease.isHeld() ? new Set(applications.entries.keys()) : new Set());
  // What has not been read yet must not pass for undeployed.
  if (!lease.isHeld() || ![applications, assignments, jobs].every((mirror) => mirror.isCurrent())) return;
  const nodes = fleet.nodes();
  const standing = planAssignments(assignments.entries, nodes);
  for (const entry of [...applications.entries.values()]) {
    const verdict = judge.judge(entry.value, standing, nodes);
    if (verdict === undefined) continue;
    const record = verdict.type === "complete" ? completed(entry.value) : failed(entry.value, verdict.why);
    await unlessOvertaken(lease, async () => {
      await options.desired.replace(entry, record);
      const { generation, rollout, traceparent } = record;
      options.log.info({ ...traceFields(traceparent), application: entry.key, generation, rollout }, "rollout judged");
    });
  }
  const desired = [...applications.entries.values()].map(({ value }) => planApplication(value));
  const steps = plan({ applications: desired, nodes: planNodes(nodes, jobs), assignments: standing, updateShare: UPDATE_SHARE });
  for (const action of actionsOf(steps)) await unlessOvertaken(lease, () => apply(action, options));
  for (const { value: record } of [...applications.entries.values()]) {
    for (const entry of withOtherWarmWorkers(record, assignments.entries.values())) {
      await unlessOvertaken(lease, () => keepWarm(entry, options));
    }
  }
}

async function keepWarm({ key, value, revision }: Entry<Assignment__Output>, options: ControllerOptions): Promise<void> {
  const { assignments, assignmentBucket, log } = options;
  assignments.note({ key, value, revision: await assignmentBucket.update(key, value, revision) });
  log.debug({ ...traceFields(value.traceparent), assignment: key, count: value.warmWorkers }, "workers to be kept warm");
}

function apply(action: PlanAction, options: ControllerOptions): Promise<void> {
  if (action.type === "create") return createAssignment(action, options);
  return action.type === "update" ? updateAssignment(action.assignment, options) : removeAssignment(action, options);
}

type Creation = Extract<PlanAction, { type: "create" }>;

async function createAssignment(action: Creation, options: ControllerOptions) {
  const { assignmentBucket, log } = options;
  const value = assignmentOf(options, action);
  if (value === undefined) return;
  const key = assignmentKey(action.nodeId, action.application, action.replica);
  const traceparent = await tracedWrite(options, key, value, (traced) => assignmentBucket.create(key, traced));
  log.info({ ...traceFields(traceparent), assignment: key, kind: action.kind, reason: action.reason }, "assigned");
}

async function updateAssignment(old: PlanAssignment, options: ControllerOptions) {
  const { assignments, assignmentBucket, log } = options;
  const key = assignmentKey(old.nodeId, old.application, old.replica);
  const value = assignmentOf(options, old);
  const known = assignments.entries.get(key);
  if (value === undefined || known === undefined) return;
  const traceparent = await tracedWrite(options, key, value, (traced) => assignmentBucket.update(key, traced, known.revision));
  log.info({ ...traceFields(traceparent), assignment: key, generation: value.generation }, "assignment renewed");
}

/** Writes an assignment in a span of its deploy; the span's own context goes into the assignment, so that the agent goes on from it. Resolves to that context. */
async function tracedWrite(
  { assignments, tracing }: ControllerOptions,
  key: string,
  assignment: Assignment__Output,
  write: (value: Assignment__Output) => Promise<number>,
): Promise<string> {
  const { application, nodeId, traceparent: parent } = assignment;
  const attributes = {
    ...{ [ATTRIBUTE.application]: application, [ATTRIBUTE.assignment]: key, [ATTRIBUTE.node]: nodeId },
    ...messagingAttributes("put", BUCKET.assignments),
  };
  return withSpan(tracing, SPAN.assign, { role: "producer", parent, attributes }, async ({ traceparent }) => {
    const value = { ...assignment, traceparent };
    assignments.note({ key, value, revision: await write(value) });
    return traceparent;
  });
}

type Removal = Extract<PlanAction, { type: "update" | "remove" }>;

async function removeAssignment({ assignment: old, reason }: Removal, options: ControllerOptions): Promise<void> {
  const { assignments, assignmentBucket, log } = options;
  const key = assignmentKey(old.nodeId, old.application, old.replica);
  const known = assignments.entries.get(key);
  if (known === undefined) return;
  await assignmentBucket.remove(key, known.revision);
  assignments.forget(key);
  log.info({ ...traceFields(known.value.traceparent), assignment: key, reason }, "assignment removed");
}

/** The message for an agent; undefined when the application has changed since it was planned. */
function assignmentOf(
  { applications, assignments, jobs, fleet }: ControllerOptions,
  { nodeId, application, replica, kind }: Pick<PlanAssignment, "nodeId" | "application" | "replica" | "kind">,
): Assignment__Output | undefined {
  const record = applications.entries.get(application)?.value;
  const spec = record?.spec ?? undefined;
  const implementation = spec?.implementations.find((form) => form.kind === kindToWire(kind));
  if (record === undefined || spec === undefined || implementation === undefined) return undefined;
  const { generation, traceparent } = record;
  const warmWorkers = desiredWarmWorkers(record, implementation);
  const key = assignmentKey(nodeId, application, replica);
  const gpuDevices = gpuDevicesFor(key, implementation.resources?.gpus ?? 0, {
    node: fleet.node(nodeId),
    assignments: assignments.entries.values(),
    jobs: jobs.entries.values(),
  });
  return { nodeId, application, replica, spec, implementation, generation, traceparent, warmWorkers, gpuDevices };
}
