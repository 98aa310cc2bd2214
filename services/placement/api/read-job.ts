import type { Gate__Output } from "../../../proto/gen/straightline/v1/Gate.js";
import type { JobSpec__Output } from "../../../proto/gen/straightline/v1/JobSpec.js";
import type { JobStage__Output } from "../../../proto/gen/straightline/v1/JobStage.js";
import { kindText } from "../../common/bus/index.js";
import { type FieldViolation, invalidField, invalidRequest } from "../../common/errors/index.js";
import { digestFault, environmentFaults, imageFault, range, resourceFaults } from "./workload-faults.js";

const DEFAULT_TIMEOUT_MS = 3_600_000;
const MAX_TIMEOUT_MS = 7 * 24 * 3_600_000;
const MAX_RETRIES = 10;
const MAX_STAGES = 50;
const MAX_SPEC_BYTES = 256 * 1024;

/** Checks a job and fills its defaults in. Throws INVALID_REQUEST with every fault at once. */
export function readJob(spec: JobSpec__Output | null): JobSpec__Output {
  if (spec === null) throw invalidField("spec", "must be given");
  const faults = [
    ...nameFault("spec.name", spec.name),
    ...(spec.source === null ? [] : digestFault("spec.source.digest", spec.source.digest)),
    ...Object.entries(spec.artifacts).flatMap(([name, artifact]) => [
      ...nameFault("spec.artifacts", name),
      ...digestFault(`spec.artifacts.${name}.digest`, artifact.digest),
    ]),
    ...stagesFaults(spec),
    ...sizeFault(spec),
  ];
  if (faults.length > 0) throw invalidRequest(faults);
  return { ...spec, stages: spec.stages.map(withDefaults) };
}

function withDefaults(stage: JobStage__Output): JobStage__Output {
  const kind = stage.image === "" ? "NODE_KIND_VM" : "NODE_KIND_CONTAINER";
  return {
    ...stage,
    kinds: stage.kinds.length === 0 ? [kind] : stage.kinds,
    timeoutMs: stage.timeoutMs || DEFAULT_TIMEOUT_MS,
  };
}

/** The job's record holds it, and every write of that goes over NATS, which takes 1 MiB. */
function sizeFault(spec: JobSpec__Output): FieldViolation[] {
  const { length } = JSON.stringify(spec);
  if (length <= MAX_SPEC_BYTES) return [];
  return [
    {
      field: "spec",
      description: `must be at most ${MAX_SPEC_BYTES} bytes; got ${length}; move what is large into the source folder`,
    },
  ];
}

function stagesFaults({ stages, artifacts }: JobSpec__Output): FieldViolation[] {
  if (stages.length === 0 || stages.length > MAX_STAGES) {
    return [{ field: "spec.stages", description: `must be 1 to ${MAX_STAGES}; got ${stages.length}` }];
  }
  const known = new Set(Object.keys(artifacts));
  return stages.flatMap((stage, at) => {
    const path = `spec.stages[${at}]`;
    const faults = [
      ...nameFault(`${path}.name`, stage.name),
      ...uniqueFault(`${path}.name`, stage.name, new Set(stages.slice(0, at).map(({ name }) => name))),
      ...programFaults(path, stage),
      ...limitFaults(path, stage),
      ...inputFaults(path, stage, known),
      ...stage.outputs.flatMap((name, index) => [
        ...nameFault(`${path}.outputs`, name),
        ...uniqueFault(`${path}.outputs`, name, new Set([...known, ...stage.outputs.slice(0, index)])),
      ]),
      ...stage.gates.flatMap((gate, index) => gateFaults(`${path}.gates[${index}]`, gate)),
    ];
    for (const name of stage.outputs) known.add(name);
    return faults;
  });
}

function programFaults(path: string, { command, image, kinds }: JobStage__Output): FieldViolation[] {
  const faults: FieldViolation[] = [];
  const say = (field: string, description: string): unknown => faults.push({ field: `${path}.${field}`, description });
  if (image === "" && (command[0] ?? "") === "") say("command", "must name a program, unless there is an image; got none");
  const faultsOfImage = image === "" ? [] : imageFault(`${path}.image`, image);
  for (const kind of kinds) {
    if (kind === "NODE_KIND_CONTAINER" && image === "")
      say("kinds", "a container needs an image; give one, or take container out");
    if (kind === "NODE_KIND_VM" && command.length === 0) say("kinds", "a process needs a command; give one, or take vm out");
    if (kind !== "NODE_KIND_VM" && kind !== "NODE_KIND_CONTAINER") say("kinds", `must be container or vm; got ${kindText(kind)}`);
  }
  return [...faults, ...faultsOfImage];
}

function limitFaults(path: string, { resources, environment, retries, timeoutMs }: JobStage__Output): FieldViolation[] {
  return [
    ...resourceFaults(`${path}.resources`, resources),
    ...range(`${path}.retries`, retries, 0, MAX_RETRIES, "0 is one attempt"),
    ...range(`${path}.timeout_ms`, timeoutMs, 0, MAX_TIMEOUT_MS, "give milliseconds, or 0 for an hour"),
    ...environmentFaults(`${path}.environment`, "stage", environment),
  ];
}

function inputFaults(path: string, { inputs }: JobStage__Output, known: ReadonlySet<string>): FieldViolation[] {
  const unknown = inputs.filter((name) => !known.has(name));
  return unknown.map((name) => ({
    field: `${path}.inputs`,
    description: `${JSON.stringify(name)} is neither an artifact of the job nor an output of an earlier stage; there are: ${[...known].join(", ") || "none"}`,
  }));
}

function gateFaults(path: string, { metric, min, max }: Gate__Output): FieldViolation[] {
  if (metric === "") return [{ field: `${path}.metric`, description: "must be the name of a metric; got none" }];
  const bounds = [min, max].filter((bound) => bound !== undefined);
  if (bounds.length === 0 || !bounds.every(Number.isFinite)) {
    return [{ field: path, description: `must have a number as min or max for ${JSON.stringify(metric)}` }];
  }
  if (min === undefined || max === undefined || min <= max) return [];
  return [{ field: `${path}.max`, description: `must not be below min (${min}); got ${max}` }];
}

function nameFault(field: string, name: string): FieldViolation[] {
  if (/^[a-z][a-z0-9-]{0,39}$/.test(name)) return [];
  const description = `must be 1 to 40 of a-z, 0-9 and '-', starting with a letter; got ${JSON.stringify(name)}`;
  return [{ field, description }];
}

function uniqueFault(field: string, name: string, taken: ReadonlySet<string>): FieldViolation[] {
  return taken.has(name) ? [{ field, description: `${JSON.stringify(name)} stands twice; choose another name` }] : [];
}
