import type { Application__Output } from "../../../proto/gen/straightline/v1/Application.js";
import type { ApplicationRecord, ApplicationRecord__Output } from "../../../proto/gen/straightline/v1/ApplicationRecord.js";
import type { ApplicationStatus } from "../../../proto/gen/straightline/v1/ApplicationStatus.js";
import type { Assignment__Output } from "../../../proto/gen/straightline/v1/Assignment.js";
import type { DeploymentServiceHandlers } from "../../../proto/gen/straightline/v1/DeploymentService.js";
import type { Bucket } from "../../common/bus/index.js";
import { invalidRequest, StraightLineError } from "../../common/errors/index.js";
import { ATTRIBUTE, SPAN, type Tracing } from "../../common/observe/index.js";
import type { Handlers, ServiceBinding } from "../../common/rpc/index.js";
import { straightlineServices } from "../../common/wire/index.js";
import { type Fleet, type FrequencyMeter, type Mirror, retryConflicts } from "../state/index.js";
import { applicationStatus } from "./application-status.js";
import { applicationNameFault } from "./name-fault.js";
import { readApplication } from "./read-application.js";

/** What DeploymentService is made of. */
export interface DeploymentServiceParts {
  readonly applications: Mirror<ApplicationRecord__Output>;
  readonly applicationBucket: Bucket<ApplicationRecord, ApplicationRecord__Output>;
  readonly assignments: Mirror<Assignment__Output>;
  readonly fleet: Fleet;
  readonly frequency: FrequencyMeter;
  readonly handlers: Handlers;
  readonly tracing: Tracing;
  /** Called after each own change of what is desired. */
  readonly onDesiredChange: () => void;
  readonly now: () => number;
}

/** straightline.v1.DeploymentService. */
export function deploymentService(parts: DeploymentServiceParts): ServiceBinding {
  const { applications, applicationBucket, handlers } = parts;
  const implementation: DeploymentServiceHandlers = {
    Deploy: handlers.unary(async ({ application }, { traceparent }) => {
      const record = await tracedDeploy(readApplication(application), traceparent, parts);
      return { status: statusOf([record], parts)[0] ?? null };
    }),
    Get: handlers.unary(({ name }) => {
      const record = applications.entries.get(checkedName(name))?.value;
      if (record === undefined) throw unknownApplication(name);
      return { status: statusOf([record], parts)[0] ?? null };
    }),
    List: handlers.unary(() => {
      const records = [...applications.entries.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
      return {
        applications: statusOf(
          records.map(({ value }) => value),
          parts,
        ),
      };
    }),
    Undeploy: handlers.unary(async ({ name }) => {
      await retryConflicts(async () => {
        const known = await applicationBucket.get(checkedName(name));
        if (known === undefined) throw unknownApplication(name);
        await applicationBucket.remove(name, known.revision);
      });
      applications.forget(name);
      parts.frequency.forget(name);
      parts.onDesiredChange();
      return {};
    }),
  };
  return { definition: straightlineServices().DeploymentService.service, implementation };
}

/** The span's own traceparent goes into the record, so that agents go on with the same trace. */
async function tracedDeploy(
  spec: Application__Output,
  parent: string | undefined,
  parts: DeploymentServiceParts,
): Promise<ApplicationRecord__Output> {
  const span = parts.tracing.start(SPAN.deploy, { role: "server", parent, attributes: { [ATTRIBUTE.application]: spec.name } });
  try {
    return await retryConflicts(() => store(spec, span.traceparent, parts));
  } catch (error) {
    span.fail(StraightLineError.from(error).code);
    throw error;
  } finally {
    span.end();
  }
}

async function store(
  spec: Application__Output,
  traceparent: string,
  { applicationBucket: bucket, applications, assignments, now, onDesiredChange }: DeploymentServiceParts,
): Promise<ApplicationRecord__Output> {
  const known = await bucket.get(spec.name);
  const generation = (known?.value.generation ?? lastGeneration(spec.name, assignments)) + 1;
  const value = { spec, generation, deployedAtMs: Math.round(now()), traceparent };
  const revision =
    known === undefined ? await bucket.create(spec.name, value) : await bucket.update(spec.name, value, known.revision);
  applications.note({ key: spec.name, value, revision });
  onDesiredChange();
  return value;
}

/** Assignments of an application that has just been undeployed may still stand; a new one of its name must count on from them. */
function lastGeneration(name: string, assignments: Mirror<Assignment__Output>): number {
  const own = [...assignments.entries.values()].filter(({ value }) => value.application === name);
  return Math.max(0, ...own.map(({ value }) => value.generation));
}

function statusOf(records: readonly ApplicationRecord__Output[], parts: DeploymentServiceParts): ApplicationStatus[] {
  const nodes = parts.fleet.nodes();
  const assignments = [...parts.assignments.entries.values()].map(({ value }) => value);
  return records.map((record) =>
    applicationStatus(record, { nodes, assignments, frequency: parts.frequency.perSecond(record.spec?.name ?? "") }),
  );
}

function checkedName(name: string): string {
  const faults = applicationNameFault("name", name);
  if (faults.length > 0) throw invalidRequest(faults);
  return name;
}

function unknownApplication(name: string): StraightLineError {
  return new StraightLineError("UNKNOWN_APPLICATION", `name: no application ${JSON.stringify(name)}; deploy it first`);
}
