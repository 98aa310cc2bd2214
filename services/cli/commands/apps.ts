import type { ApplicationStatus__Output } from "../../../proto/gen/straightline/v1/ApplicationStatus.js";
import { formatTable, shortEnum } from "../output.js";
import { type CommandContext, show } from "./context.js";

/** `straightline apps`: every application, form by form. */
export async function apps(context: CommandContext): Promise<void> {
  const { deployment, call } = context.api;
  const { applications } = await call(deployment.list.bind(deployment), {});
  show(context, applications, formatApplications);
}

function formatApplications(applications: readonly ApplicationStatus__Output[]): string {
  if (applications.length === 0) return "No application is deployed.";
  const rows = applications.flatMap((application) =>
    application.implementations.map((form) => [
      application.spec?.name ?? "",
      String(application.generation),
      shortEnum(form.kind, "NODE_KIND_"),
      `${form.ready}/${form.desired}`,
      instancesOf(application, form.kind),
      `${application.frequency.toFixed(2)}/s`,
      form.message,
    ]),
  );
  return formatTable(["APPLICATION", "GENERATION", "KIND", "READY", "INSTANCES", "F_T", "NOTE"], rows);
}

function instancesOf(application: ApplicationStatus__Output, kind: string): string {
  return application.instances
    .filter((instance) => instance.kind === kind)
    .map((instance) => `${instance.telemetry?.instanceId ?? "?"}@${instance.nodeId}`)
    .join(" ");
}
