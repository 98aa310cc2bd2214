import type { Bundle } from "../../../proto/gen/straightline/v1/Bundle.js";
import type { JobSpec } from "../../../proto/gen/straightline/v1/JobSpec.js";
import type { JobStage } from "../../../proto/gen/straightline/v1/JobStage.js";
import { kindToWire } from "../../common/bus/index.js";
import { jobCrossFaults } from "./job-cross-check.js";
import { folderFaults } from "./missing-files.js";
import { parseYaml, readManifestText } from "./parse-yaml.js";
import { checkSchema } from "./schema.js";
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

/** The same of a text; `file` is its name in messages, and what the manifest names lies beside it. */
export async function parseJobManifestText(text: string, file: string): Promise<JobManifest> {
  const manifest = await parseYaml(text, file, async (value) => {
    const { faults, sound } = checkSchema<JobManifest>("job", value);
    if (sound === undefined) return faults;
    const named = Object.entries(sound.artifacts ?? {}).map(([name, folder]) => ({ path: ["artifacts", name], name: folder }));
    const folders = await folderFaults(file, [{ path: ["source"], name: sound.source }, ...named]);
    return [...faults, ...jobCrossFaults(sound), ...folders];
  });
  return manifest as JobManifest;
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
