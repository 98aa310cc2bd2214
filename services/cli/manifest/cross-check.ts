import type { ManifestFault } from "./faults.js";
import type { Manifest, ManifestForm } from "./types.js";
import { durationMs } from "./units.js";

/** Faults that no single key shows. */
export function crossFaults({ artifact, implementations, rollout }: Manifest): ManifestFault[] {
  return [...formsFaults({ artifact, implementations }), ...rolloutFaults(rollout)];
}

function rolloutFaults({ minReady, readyTimeout = "5m" }: NonNullable<Manifest["rollout"]> = {}): ManifestFault[] {
  if (minReady === undefined || durationMs(minReady) < durationMs(readyTimeout)) return [];
  return [{ path: ["rollout", "minReady"], message: `must be below readyTimeout (${readyTimeout}); got ${minReady}` }];
}

function formsFaults({ artifact, implementations }: Pick<Manifest, "artifact" | "implementations">): ManifestFault[] {
  return implementations.flatMap((form, at) => {
    const fault = (keys: readonly string[], message: string): ManifestFault => ({
      path: ["implementations", at, ...keys],
      message,
    });
    const isSecond = implementations.findIndex(({ kind }) => kind === form.kind) < at;
    const [only, source] = artifact.image ? ["container", "image"] : artifact.command ? ["vm", "command"] : [undefined, ""];
    return [
      ...(isSecond ? [fault(["kind"], `${form.kind} stands twice; give one entry a kind`)] : []),
      ...(only !== undefined && form.kind !== only
        ? [fault(["kind"], `an artifact of ${source} runs as ${only} only; use a bundle for the other kinds`)]
        : []),
      ...scaleFaults(form).map(({ keys, message }) => fault(keys, message)),
    ];
  });
}

function scaleFaults({ kind, scale, replicas }: ManifestForm): { keys: string[]; message: string }[] {
  if (scale === undefined) {
    return replicas === 0 ? [{ keys: ["replicas"], message: "must be 1 or more; leave the form out to have none" }] : [];
  }
  if (kind === "serverless") {
    return [{ keys: ["scale"], message: "functions scale by themselves up to their concurrency; leave it out" }];
  }
  const { min, max } = scale;
  if (max < min) return [{ keys: ["scale", "max"], message: `must not be below min (${min}); got ${max}` }];
  if (replicas === undefined || (replicas >= min && replicas <= max)) return [];
  return [{ keys: ["replicas"], message: `must be between scale.min (${min}) and scale.max (${max}); got ${replicas}` }];
}
