import { durationFaults, environmentFaults, imageFaults, resourceFaults } from "./bounds.js";
import type { ManifestFault } from "./faults.js";
import type { JobManifest, ManifestStage } from "./job-manifest.js";
import type { Sound } from "./sound.js";

const LONGEST = "168h";

/** Faults that no single key shows, of what is sound; what is missing is not judged. */
export function jobCrossFaults({ artifacts = {}, stages = [] }: Sound<JobManifest>): ManifestFault[] {
  const known = new Set(Object.keys(artifacts));
  return stages.flatMap((stage, at) => {
    if (stage === undefined) return [];
    const isSecond = stage.name !== undefined && stages.findIndex((other) => other?.name === stage.name) < at;
    const faults = [
      ...(isSecond ? [{ path: ["name"], message: `${stage.name} stands twice; choose another name` }] : []),
      ...programFaults(stage),
      ...flowFaults(stage, known),
      ...gateFaults(stage),
      ...imageFaults(["image"], stage.image),
      ...environmentFaults(["environment"], "stage", stage.environment),
      ...resourceFaults(["resources"], stage.resources),
      ...durationFaults(["timeout"], stage.timeout, LONGEST),
    ];
    return faults.map((fault) => ({ ...fault, path: ["stages", at, ...fault.path] }));
  });
}

/** A command that is at fault itself is there, too. */
function programFaults(stage: Sound<ManifestStage>): ManifestFault[] {
  const [hasCommand, hasImage] = ["command" in stage, "image" in stage];
  if (!hasCommand && !hasImage) return [{ path: [], message: "must have a command or an image" }];
  const blank = stage.command?.[0] === "" ? [{ path: ["command", 0], message: "must name a program; got none" }] : [];
  const kinds = (stage.kinds ?? []).flatMap((kind, at): ManifestFault[] => {
    if (kind === "container" && !hasImage) return [{ path: ["kinds", at], message: "a container needs an image; give one" }];
    if (kind === "vm" && !hasCommand) return [{ path: ["kinds", at], message: "a process needs a command; give one" }];
    return [];
  });
  return [...blank, ...kinds];
}

/** Adds what the stage makes to `known`. */
function flowFaults({ inputs = [], outputs = [] }: Sound<ManifestStage>, known: Set<string>): ManifestFault[] {
  const strangers = inputs.flatMap((name, at) =>
    name === undefined || known.has(name)
      ? []
      : [{ path: ["inputs", at], message: `${name} is neither an artifact of the job nor an output of an earlier stage` }],
  );
  const repeated = outputs.flatMap((name, at) => {
    if (name === undefined) return [];
    const isKnown = known.has(name);
    known.add(name);
    return isKnown ? [{ path: ["outputs", at], message: `${name} stands twice; choose another name` }] : [];
  });
  return [...strangers, ...repeated];
}

/** A bound that is at fault itself is there, too. */
function gateFaults({ gates = [] }: Sound<ManifestStage>): ManifestFault[] {
  return gates.flatMap((gate, at): ManifestFault[] => {
    if (gate === undefined) return [];
    if (!("min" in gate) && !("max" in gate)) return [{ path: ["gates", at], message: "must have a min or a max" }];
    const { min, max } = gate;
    if (min === undefined || max === undefined || min <= max) return [];
    return [{ path: ["gates", at, "max"], message: `must not be below min (${min}); got ${max}` }];
  });
}
