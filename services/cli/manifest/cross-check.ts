import { isAbsolute } from "node:path";
import { durationFaults, environmentFaults, imageFaults, resourceFaults, sizeFaults } from "./bounds.js";
import type { ManifestFault } from "./faults.js";
import type { Sound } from "./sound.js";
import type { Manifest, ManifestForm } from "./types.js";
import { durationMs } from "./units.js";

const LONGEST = "24h";
/** The server's own, where the manifest says nothing. */
const DEFAULT_TIMEOUT = "30s";
const DEFAULT_READY_TIMEOUT = "5m";

/**
 * Faults that no single key shows, of what is sound. A key that is there without a value is at fault itself: what it would be compared with
 * is not judged.
 */
export function crossFaults(manifest: Sound<Manifest>): ManifestFault[] {
  const { timeout, constraints, rollout, artifact, implementations = [] } = manifest;
  const forms = implementations.flatMap((form, at) => {
    if (form === undefined) return [];
    const isSecond = implementations.findIndex((other) => other?.kind === form.kind) < at;
    return [...kindFaults(form, isSecond, artifact), ...formFaults(form)].map((fault) => ({
      ...fault,
      path: ["implementations", at, ...fault.path],
    }));
  });
  return [
    ...sourceFaults(artifact),
    ...durationFaults(["timeout"], timeout, LONGEST),
    ...objectiveFaults(manifest),
    ...constraintFaults(constraints),
    ...rolloutFaults(rollout),
    ...forms,
  ];
}

/** Faults of an image or a command of the user's own. */
function sourceFaults({ image, command }: Sound<Manifest["artifact"]> = {}): ManifestFault[] {
  const path = command?.workingDirectory;
  return [
    ...imageFaults(["artifact", "image", "reference"], image?.reference),
    ...(path === undefined || isAbsolute(path)
      ? []
      : [{ path: ["artifact", "command", "workingDirectory"], message: mustBeAbsolute(path) }]),
  ];
}

function mustBeAbsolute(path: string): string {
  return `must be an absolute path, of a folder that every vm node has; got ${JSON.stringify(path)}`;
}

/** Capacity for answers that come too late is of no use. */
function objectiveFaults(manifest: Sound<Manifest>): ManifestFault[] {
  const { objective } = manifest;
  const timeout = "timeout" in manifest ? manifest.timeout : DEFAULT_TIMEOUT;
  const faults = durationFaults(["objective"], objective, LONGEST);
  if (faults.length > 0 || timeout === undefined || durationMs(objective) <= durationMs(timeout)) return faults;
  return [{ path: ["objective"], message: `must not be above timeout (${timeout}); got ${objective}` }];
}

function constraintFaults({ affinity = [], antiAffinity = [] }: Sound<Manifest["constraints"]> = {}): ManifestFault[] {
  return affinity.flatMap((name, at) =>
    name !== undefined && antiAffinity.includes(name)
      ? [{ path: ["constraints", "affinity", at], message: `${name} stands in antiAffinity too; keep one` }]
      : [],
  );
}

function rolloutFaults(rollout: Sound<NonNullable<Manifest["rollout"]>> = {}): ManifestFault[] {
  const { minReady, readyTimeout } = rollout;
  const longest = "readyTimeout" in rollout ? readyTimeout : DEFAULT_READY_TIMEOUT;
  const faults = durationFaults(["rollout", "readyTimeout"], readyTimeout, LONGEST);
  if (minReady === undefined || longest === undefined || durationMs(minReady) < durationMs(longest)) return faults;
  return [...faults, { path: ["rollout", "minReady"], message: `must be below readyTimeout (${longest}); got ${minReady}` }];
}

/** The one kind that can run an artifact that is not a bundle. */
const KIND_OF_SOURCE: Readonly<Record<string, string>> = { image: "container", command: "vm" };

function kindFaults(
  { kind }: Sound<ManifestForm>,
  isSecond: boolean,
  artifact: Sound<Manifest["artifact"]> = {},
): ManifestFault[] {
  if (kind === undefined) return [];
  const [source, ...others] = Object.keys(artifact);
  const only = source === undefined || others.length > 0 ? undefined : KIND_OF_SOURCE[source];
  const messages = [
    ...(isSecond ? [`${kind} stands twice; give one entry a kind`] : []),
    ...(only === undefined || kind === only
      ? []
      : [`an artifact of ${source} runs as ${only} only; use a bundle for the other kinds`]),
  ];
  return messages.map((message) => ({ path: ["kind"], message }));
}

function formFaults(form: Sound<ManifestForm>): ManifestFault[] {
  const { kind, resources, payloadLimit, keepAlive, environment } = form;
  return [
    ...scaleFaults(form),
    ...resourceFaults(["resources"], resources),
    ...sizeFaults(["payloadLimit"], payloadLimit, "1B"),
    ...(kind === undefined || kind === "serverless" || keepAlive === undefined
      ? []
      : [{ path: ["keepAlive"], message: `${kind} instances stay; only functions are kept alive: leave it out` }]),
    ...durationFaults(["keepAlive"], keepAlive, LONGEST),
    ...environmentFaults(["environment"], "instance", environment),
  ];
}

function scaleFaults(form: Sound<ManifestForm>): ManifestFault[] {
  const { kind, scale, replicas } = form;
  if (scale === undefined) {
    return replicas === 0 && !("scale" in form)
      ? [{ path: ["replicas"], message: "must be 1 or more; leave the form out to have none" }]
      : [];
  }
  if (kind === "serverless") {
    return [{ path: ["scale"], message: "functions scale by themselves up to their concurrency; leave it out" }];
  }
  const { min, max, idle } = scale;
  const idling = durationFaults(["scale", "idle"], idle, LONGEST);
  if (min === undefined || max === undefined) return idling;
  if (max < min) return [{ path: ["scale", "max"], message: `must not be below min (${min}); got ${max}` }, ...idling];
  if (replicas === undefined || (replicas >= min && replicas <= max)) return idling;
  const message = `must be between scale.min (${min}) and scale.max (${max}); got ${replicas}`;
  return [{ path: ["replicas"], message }, ...idling];
}
