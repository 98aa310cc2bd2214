import type { Bundle } from "../../../proto/gen/straightline/v1/Bundle.js";
import type { JobSpec } from "../../../proto/gen/straightline/v1/JobSpec.js";
import type { JobStage } from "../../../proto/gen/straightline/v1/JobStage.js";
import { kindToWire } from "../../common/bus/index.js";
import type { ManifestFault } from "./faults.js";
import { parseYaml, readManifestText } from "./parse-yaml.js";
import { schemaFaults } from "./schema.js";
import type { ManifestResources } from "./types.js";
import { durationMs, toResources } from "./units.js";

/** A job's manifest that fits deploy/schema/job.json, which says what each key means. */
export interface JobManifest {
  readonly name: string;
  readonly source?: string;
  readonly artifacts?: Readonly<Record<string, string>>;
  readonly stages: readonly ManifestStage[];
}

/** One stage. */
export interface ManifestStage {
  readonly name: string;
  readonly command?: string[];
  readonly image?: string;
  readonly kinds?: readonly ("container" | "vm")[];
  readonly resources: ManifestResources;
  readonly environment?: Record<string, string>;
  readonly inputs?: string[];
  readonly outputs?: string[];
  readonly gates?: { readonly metric: string; readonly min?: number; readonly max?: number }[];
  readonly retries?: number;
  readonly timeout?: string;
}

/** Reads a job's manifest; rejects with INVALID_REQUEST that lists every fault with its line. */
export async function readJobManifestFile(file: string): Promise<JobManifest> {
  return parseJobManifestText(await readManifestText(file), file);
}

/** The same of a text; `file` is its name in messages. */
export function parseJobManifestText(text: string, file: string): JobManifest {
  return parseYaml(text, file, (value) => {
    const found = schemaFaults("job", value);
    return found.length > 0 ? found : crossFaults(value as JobManifest);
  }) as JobManifest;
}

/** The job that a manifest asks for; `packed` are the digests of its source and artifacts. What is not given is left to the server's defaults. */
export function toJobSpec(
  { name, stages }: JobManifest,
  packed: { readonly source: Bundle | undefined; readonly artifacts: Record<string, Bundle> },
): JobSpec {
  return { name, source: packed.source ?? null, artifacts: packed.artifacts, stages: stages.map(toStage) };
}

function toStage({ kinds, resources, timeout, ...stage }: ManifestStage): JobStage {
  return { ...stage, kinds: (kinds ?? []).map(kindToWire), resources: toResources(resources), timeoutMs: durationMs(timeout) };
}

/** Faults that no single key shows. */
function crossFaults({ artifacts, stages }: JobManifest): ManifestFault[] {
  const known = new Set(Object.keys(artifacts ?? {}));
  return stages.flatMap((stage, at) => {
    const faults: ManifestFault[] = [];
    const say = (keys: readonly (string | number)[], message: string): unknown =>
      faults.push({ path: ["stages", at, ...keys], message });
    if (stages.findIndex(({ name }) => name === stage.name) < at)
      say(["name"], `${stage.name} stands twice; choose another name`);
    if (stage.image === undefined && stage.command === undefined) say([], "must have a command or an image");
    stage.kinds?.forEach((kind, index) => {
      if (kind === "container" && stage.image === undefined) say(["kinds", index], "a container needs an image; give one");
      if (kind === "vm" && stage.command === undefined) say(["kinds", index], "a process needs a command; give one");
    });
    stage.inputs?.forEach((name, index) => {
      if (!known.has(name)) say(["inputs", index], `${name} is neither an artifact of the job nor an output of an earlier stage`);
    });
    stage.outputs?.forEach((name, index) => {
      if (known.has(name)) say(["outputs", index], `${name} stands twice; choose another name`);
      known.add(name);
    });
    stage.gates?.forEach(({ min, max }, index) => {
      if (min === undefined && max === undefined) say(["gates", index], "must have a min or a max");
    });
    return faults;
  });
}
