import type { Application__Output } from "../../../proto/gen/straightline/v1/Application.js";
import type { ApplicationRecord__Output } from "../../../proto/gen/straightline/v1/ApplicationRecord.js";
import type { ApplicationStatus } from "../../../proto/gen/straightline/v1/ApplicationStatus.js";
import type { Assignment__Output } from "../../../proto/gen/straightline/v1/Assignment.js";
import type { DeploymentServiceHandlers } from "../../../proto/gen/straightline/v1/DeploymentService.js";
import type { DeploymentServiceWatchRequest__Output } from "../../../proto/gen/straightline/v1/DeploymentServiceWatchRequest.js";
import type { DeploymentServiceWatchResponse } from "../../../proto/gen/straightline/v1/DeploymentServiceWatchResponse.js";
import type { Job__Output } from "../../../proto/gen/straightline/v1/Job.js";
import type { ScaleRequest__Output } from "../../../proto/gen/straightline/v1/ScaleRequest.js";
import { invalidRequest } from "../../common/errors/index.js";
import { ATTRIBUTE, inRpcSpan, rpcAttributes, SPAN, type Tracing } from "../../common/observe/index.js";
import type { Handlers, ServiceBinding } from "../../common/rpc/index.js";
import { straightlineServices } from "../../common/wire/index.js";
import { type FormPlan, planAll, planFor } from "../controller/index.js";
import { type ChangeContext, type DesiredState, deployed, rolledBack, scaled, unknownApplication } from "../desired/index.js";
import type { Fleet, FrequencyMeter, Mirror } from "../state/index.js";
import { applicationStatus } from "./application-status.js";
import { applicationNameFault } from "./name-fault.js";
import { readApplication, scaleFaults } from "./read-application.js";
import { watchStatus } from "./watch-status.js";

/** What DeploymentService is made of. */
export interface DeploymentServiceParts {
  readonly applications: Mirror<ApplicationRecord__Output>;
  readonly assignments: Mirror<Assignment__Output>;
  readonly jobs: Mirror<Job__Output>;
  readonly desired: DesiredState;
  readonly fleet: Fleet;
  readonly frequency: FrequencyMeter;
  readonly handlers: Handlers;
  readonly tracing: Tracing;
  readonly now: () => number;
  /** Aborts when placement stops. */
  readonly stopping: AbortSignal;
}

/** straightline.v1.DeploymentService. */
export function deploymentService(parts: DeploymentServiceParts): ServiceBinding {
  const { applications, desired, handlers } = parts;
  const requireStatus = (name: string): ApplicationStatus => {
    const record = applications.entries.get(checkedName(name))?.value;
    if (record === undefined) throw unknownApplication(name);
    return statusOf(record, parts);
  };
  const implementation: DeploymentServiceHandlers = {
    Plan: handlers.unary(({ application }) => plan(readApplication(application), parts)),
    Deploy: handlers.unary(async ({ application }, { traceparent }) => {
      const spec = readApplication(application);
      const { record, changed } = await tracedChange("Deploy", spec.name, traceparent, parts, (context) =>
        desired.deploy(spec, context),
      );
      return { status: statusOf(record, parts), changed };
    }),
    Get: handlers.unary(({ name }) => ({ status: requireStatus(name) })),
    List: handlers.unary(() => {
      const records = [...applications.entries.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
      const forms = formsOf(parts);
      return { applications: records.map(({ value }) => statusOf(value, parts, forms)) };
    }),
    Watch: handlers.serverStream<DeploymentServiceWatchRequest__Output, DeploymentServiceWatchResponse>(
      ({ name }, { signal }, send) =>
        watchStatus({
          read: () => requireStatus(name),
          send: (status) => send({ status }),
          signal: AbortSignal.any([signal, parts.stopping]),
        }),
    ),
    Scale: handlers.unary(async (request) => ({ status: statusOf(await scale(request, desired), parts) })),
    Rollback: handlers.unary(async ({ name, generation }, { traceparent }) => {
      const record = await tracedChange("Rollback", checkedName(name), traceparent, parts, (context) =>
        desired.change(name, (known) => rolledBack(known, generation, context)),
      );
      return { status: statusOf(record, parts) };
    }),
    Undeploy: handlers.unary(async ({ name }) => {
      await desired.remove(checkedName(name));
      parts.frequency.forget(name);
      return {};
    }),
  };
  return { definition: straightlineServices().DeploymentService.service, implementation };
}

function plan(spec: Application__Output, { applications, assignments, jobs, desired, fleet, now }: DeploymentServiceParts) {
  const known = applications.entries.get(spec.name)?.value;
  const context = { nowMs: Math.round(now()), traceparent: "" };
  const record = deployed(known, spec, desired.lastGeneration(spec.name), context);
  return planFor(record, { applications, assignments, jobs, nodes: fleet.nodes() });
}

async function scale({ name, kind, replicas, autoscale }: ScaleRequest__Output, desired: DesiredState) {
  // What is not told is within the bounds that are.
  const checked = { replicas: replicas ?? autoscale?.min ?? 0, autoscale, kind };
  const faults = [...applicationNameFault("name", name), ...scaleFaults("", checked)];
  if (faults.length > 0) throw invalidRequest(faults);
  return desired.change(name, (known) => scaled(known, kind, { replicas, autoscale }));
}

/** The span's own traceparent goes into the record, so that agents go on with the same trace. */
function tracedChange<T>(
  method: "Deploy" | "Rollback",
  application: string,
  parent: string | undefined,
  { tracing, now }: DeploymentServiceParts,
  change: (context: ChangeContext) => Promise<T>,
): Promise<T> {
  const attributes = { ...rpcAttributes(`DeploymentService/${method}`), [ATTRIBUTE.application]: application };
  return inRpcSpan(tracing.start(SPAN.deploy, { role: "server", parent, attributes }), ({ traceparent }) =>
    change({ nowMs: Math.round(now()), traceparent }),
  );
}

function statusOf(
  record: ApplicationRecord__Output,
  parts: DeploymentServiceParts,
  forms = formsOf(parts, record),
): ApplicationStatus {
  return applicationStatus(record, {
    nodes: parts.fleet.nodes(),
    assignments: [...parts.assignments.entries.values()].map(({ value }) => value),
    frequency: parts.frequency.perSecond(record.spec?.name ?? ""),
    forms,
  });
}

/** What the controller would do, planned when it is first asked for: where nothing is missing it is not. */
function formsOf({ fleet, ...parts }: DeploymentServiceParts, record?: ApplicationRecord__Output): () => readonly FormPlan[] {
  let forms: readonly FormPlan[] | undefined;
  return () => {
    forms ??= planAll({ ...parts, nodes: fleet.nodes() }, record).forms;
    return forms;
  };
}

function checkedName(name: string): string {
  const faults = applicationNameFault("name", name);
  if (faults.length > 0) throw invalidRequest(faults);
  return name;
}
