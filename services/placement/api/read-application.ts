import { isAbsolute } from "node:path";
import type { Application__Output } from "../../../proto/gen/straightline/v1/Application.js";
import type { Artifact__Output } from "../../../proto/gen/straightline/v1/Artifact.js";
import type { Implementation__Output } from "../../../proto/gen/straightline/v1/Implementation.js";
import type { NodeConstraints__Output } from "../../../proto/gen/straightline/v1/NodeConstraints.js";
import type { RolloutLimits__Output } from "../../../proto/gen/straightline/v1/RolloutLimits.js";
import { kindText } from "../../common/bus/index.js";
import { type FieldViolation, invalidField, invalidRequest } from "../../common/errors/index.js";
import { DEFAULT_IDLE_MS, DEFAULT_READY_TIMEOUT_MS } from "../desired/index.js";
import { applicationNameFault } from "./name-fault.js";
import { kindFault } from "./read-place-request.js";
import { digestFault, environmentFaults, imageFault, MAX_BYTES, range, resourceFaults } from "./workload-faults.js";

const DEFAULT_TIMEOUT_MS = 30_000;
const MAX_TIMEOUT_MS = 24 * 3_600_000;
/** AWS Lambda's limit of a synchronous invocation: docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const SERVERLESS_PAYLOAD_BYTES = 6_291_456;
const SERVERLESS_KEEP_ALIVE_MS = 60_000;
const MAX_REPLICAS = 1000;
const MAX_CONCURRENCY = 10_000;

/** Checks an application and fills its defaults in. Throws INVALID_REQUEST with every fault at once. */
export function readApplication(application: Application__Output | null): Application__Output {
  if (application === null) throw invalidField("application", "must be given");
  const { artifact, implementations } = application;
  const faults = [
    ...applicationNameFault("application.name", application.name),
    ...artifactFaults(artifact),
    ...formFaults(implementations, artifact),
    ...range("application.timeout_ms", application.timeoutMs, 0, MAX_TIMEOUT_MS, "give milliseconds, or 0 for 30,000"),
    ...pathFault("application.ready_path", application.readyPath),
    ...pathFault("application.stats_path", application.statsPath),
    ...range("application.objective_ms", application.objectiveMs, 0, MAX_TIMEOUT_MS, "give milliseconds, or 0 for none"),
    ...priceFault("application.price_cap", application.priceCap),
    ...constraintFaults("application.constraints", application.constraints),
    ...rolloutFaults("application.rollout", application.rollout),
  ];
  if (faults.length > 0) throw invalidRequest(faults);
  return {
    ...application,
    timeoutMs: application.timeoutMs || DEFAULT_TIMEOUT_MS,
    implementations: implementations.map(withDefaults),
  };
}

/** 0 is the default. */
function withIdleDefault(autoscale: Implementation__Output["autoscale"]): Implementation__Output["autoscale"] {
  return autoscale && { ...autoscale, idleMs: autoscale.idleMs || DEFAULT_IDLE_MS };
}

function withDefaults(form: Implementation__Output): Implementation__Output {
  const concurrency = form.concurrency || 1;
  const autoscale = withIdleDefault(form.autoscale);
  if (form.kind !== "NODE_KIND_SERVERLESS") return { ...form, concurrency, autoscale };
  return {
    ...form,
    ...{ concurrency, autoscale },
    payloadLimitBytes: form.payloadLimitBytes || SERVERLESS_PAYLOAD_BYTES,
    keepAliveMs: form.keepAliveMs || SERVERLESS_KEEP_ALIVE_MS,
  };
}

function artifactFaults(artifact: Artifact__Output | null): FieldViolation[] {
  const field = "application.artifact";
  if (artifact?.source === undefined) return [{ field, description: "must be one of bundle, image, command; got none" }];
  const { bundle, image, command } = artifact;
  if (artifact.source === "bundle") {
    return [
      ...digestFault(`${field}.bundle.digest`, bundle?.digest ?? ""),
      ...range(`${field}.bundle.size_bytes`, bundle?.sizeBytes ?? 0, 0, MAX_BYTES, "give the size of the packed bytes"),
    ];
  }
  if (artifact.source === "image") return imageFault(`${field}.image.reference`, image?.reference ?? "");
  const { argv = [], workingDirectory = "" } = command ?? {};
  return [
    ...((argv[0] ?? "") === "" ? [{ field: `${field}.command.argv`, description: "must name a program; got none" }] : []),
    ...(workingDirectory === "" || isAbsolute(workingDirectory)
      ? []
      : [
          {
            field: `${field}.command.working_directory`,
            description: `must be an absolute path on the node, or empty; got ${JSON.stringify(workingDirectory)}`,
          },
        ]),
  ];
}

/** The one kind that can run an artifact that is not a bundle. */
const KIND_OF_SOURCE = { image: "NODE_KIND_CONTAINER", command: "NODE_KIND_VM" } as const;

function formFaults(forms: readonly Implementation__Output[], artifact: Artifact__Output | null): FieldViolation[] {
  const field = "application.implementations";
  if (forms.length === 0) return [{ field, description: "must have at least one; got none" }];
  return forms.flatMap((form, at) => {
    const path = `${field}[${at}]`;
    const isSecond = forms.findIndex(({ kind }) => kind === form.kind) < at;
    const source = artifact?.source;
    const only = source === undefined || source === "bundle" ? undefined : KIND_OF_SOURCE[source];
    return [
      ...kindFault(`${path}.kind`, form.kind),
      ...(isSecond ? [{ field: `${path}.kind`, description: `${kindText(form.kind)} stands twice; give one entry a kind` }] : []),
      ...(only !== undefined && form.kind !== only
        ? [
            {
              field: `${path}.kind`,
              description: `must be ${kindText(only)} for an artifact of ${source}; use a bundle for the other kinds`,
            },
          ]
        : []),
      ...limitFaults(path, form),
    ];
  });
}

function limitFaults(path: string, form: Implementation__Output): FieldViolation[] {
  return [
    ...resourceFaults(`${path}.resources`, form.resources),
    ...scaleFaults(`${path}.`, form),
    ...range(`${path}.concurrency`, form.concurrency, 0, MAX_CONCURRENCY, "0 is the default of 1"),
    ...range(`${path}.payload_limit_bytes`, form.payloadLimitBytes, 0, MAX_BYTES, "0 is the default"),
    ...range(`${path}.keep_alive_ms`, form.keepAliveMs, 0, MAX_TIMEOUT_MS, "0 is the default of 60,000"),
    ...environmentFaults(`${path}.environment`, "instance", form.environment),
  ];
}

/** Faults of how many instances a form is to have; `path` ends with a dot or is empty. */
export function scaleFaults(
  path: string,
  { replicas, autoscale, kind }: Pick<Implementation__Output, "replicas" | "autoscale" | "kind">,
): FieldViolation[] {
  if (autoscale === null) return range(`${path}replicas`, replicas, 1, MAX_REPLICAS, "leave the form out to have none");
  const field = `${path}autoscale`;
  if (kind === "NODE_KIND_SERVERLESS") {
    return [{ field, description: "functions scale by themselves up to their concurrency; leave it out" }];
  }
  const { min, max, idleMs } = autoscale;
  return [
    ...range(`${field}.min`, min, 0, MAX_REPLICAS, "0 lets it have none while nobody asks"),
    ...range(`${field}.max`, max, Math.max(1, min), MAX_REPLICAS, "it must not be below min"),
    ...range(`${field}.idle_ms`, idleMs, 0, MAX_TIMEOUT_MS, "0 is the default of 60,000"),
    ...range(`${path}replicas`, replicas, min, Math.max(min, max), "begin between min and max"),
  ];
}

function constraintFaults(path: string, constraints: NodeConstraints__Output | null): FieldViolation[] {
  const { labels = {}, zones = [], affinity = [], antiAffinity = [] } = constraints ?? {};
  const blank = [
    ...Object.keys(labels).map((name) => [`${path}.labels`, name] as const),
    ...zones.map((zone) => [`${path}.zones`, zone] as const),
  ];
  return [
    ...blank.filter(([, text]) => text.trim() === "").map(([field]) => ({ field, description: "must not hold an empty name" })),
    ...affinity.flatMap((name) => applicationNameFault(`${path}.affinity`, name)),
    ...antiAffinity.flatMap((name) => applicationNameFault(`${path}.anti_affinity`, name)),
  ];
}

function rolloutFaults(path: string, rollout: RolloutLimits__Output | null): FieldViolation[] {
  const { readyTimeoutMs = 0, maxFailedStarts = 0, minReadyMs = 0 } = rollout ?? {};
  const longestMs = (readyTimeoutMs || DEFAULT_READY_TIMEOUT_MS) - 1;
  return [
    ...range(`${path}.ready_timeout_ms`, readyTimeoutMs, 0, MAX_TIMEOUT_MS, "0 is the default of 300,000"),
    ...range(`${path}.max_failed_starts`, maxFailedStarts, 0, 100, "0 is the default of 3"),
    ...range(`${path}.min_ready_ms`, minReadyMs, 0, Math.max(0, longestMs), "it must be below ready_timeout_ms"),
  ];
}

function priceFault(field: string, price: number): FieldViolation[] {
  return price >= 0 && Number.isFinite(price) ? [] : [{ field, description: `must be 0 or more; got ${price}` }];
}

function pathFault(field: string, path: string): FieldViolation[] {
  if (path === "" || /^\/[^\s]*$/.test(path)) return [];
  return [{ field, description: `must start with '/' and have no blanks; got ${JSON.stringify(path)}` }];
}
