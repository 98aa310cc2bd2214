import { POLICIES } from "../../placement/policies/index.js";
import type { NodeKind } from "../../placement/scheduler/index.js";
import type { NodeGroup, SoundParts } from "./types.js";

/** What no single field shows: names that stand for nothing, and forms that have no place. Gives the faults; what is missing is not judged. */
export function crossCheck(scenario: SoundParts): string[] {
  return [
    ...repeated("fleet", scenario.fleet ?? []),
    ...repeated("applications", scenario.applications ?? []),
    ...unknownApplications(scenario),
    ...unknownNodes(scenario),
    ...homelessForms(scenario),
    ...tooMuchMemory(scenario),
    ...unknownParameters(Object.keys(scenario.parameters ?? {})),
  ];
}

/** Faults of the names of policies' parameters. */
export function unknownParameters(names: readonly string[]): string[] {
  const known = new Set(POLICIES.names.flatMap((name) => POLICIES.get(name).parameters ?? []));
  return names
    .filter((name) => !known.has(name))
    .map((name) => `parameters.${name}: no policy has such a parameter; known: ${[...known].sort().join(", ")}`);
}

/** Names of a group's nodes. */
export function nodeNames({ name, count }: NodeGroup): string[] {
  return Array.from({ length: count }, (_, at) => `${name}-${at}`);
}

function repeated(path: string, entries: readonly { readonly name: string }[]): string[] {
  return entries.flatMap(({ name }, at) => {
    const first = entries.findIndex((other) => other.name === name);
    return first === at ? [] : [`${path}[${at}].name: ${name} stands at ${path}[${first}] already; give each a name of its own`];
  });
}

function unknownApplications({ workloads = [], applications }: SoundParts): string[] {
  if (applications === undefined) return [];
  const known = applications.map(({ name }) => name);
  return workloads.flatMap(({ application }, at) =>
    known.includes(application)
      ? []
      : [`workloads[${at}].application: ${application} is not among the applications (${known.join(", ")})`],
  );
}

function unknownNodes({ fleet, faults = [], interference = [] }: SoundParts): string[] {
  if (fleet === undefined) return [];
  const known = new Set(fleet.flatMap((group) => [group.name, ...nodeNames(group)]));
  const check = (path: string, nodes: readonly string[]): string[] =>
    nodes.flatMap((node, at) =>
      known.has(node)
        ? []
        : [`${path}.nodes[${at}]: ${node} is neither a group nor a node; nodes are <group>-0, <group>-1 and so on`],
    );
  return [
    ...faults.flatMap((fault, at) => ("nodes" in fault ? check(`faults[${at}]`, fault.nodes) : [])),
    ...interference.flatMap(({ nodes }, at) => check(`interference[${at}]`, nodes)),
  ];
}

function homelessForms({ fleet, applications = [] }: SoundParts): string[] {
  if (fleet === undefined) return [];
  return applications.flatMap(({ forms }, at) =>
    Object.keys(forms)
      .filter((kind) => !fleet.some((group) => group.kind === kind))
      .map((kind) => `applications[${at}].forms.${kind}: no group of the fleet is of this kind; add one or remove the form`),
  );
}

/** Instances are dealt out in turn, so the fullest node has one more than the emptiest; what is checked is the sum. */
function tooMuchMemory({ fleet = [], applications = [] }: SoundParts): string[] {
  const kinds: readonly NodeKind[] = ["vm", "container"];
  return kinds.flatMap((kind) => {
    const there = fleet.filter((group) => group.kind === kind).reduce((sum, group) => sum + group.count * group.memoryBytes, 0);
    const wanted = applications.reduce(
      (sum, { forms }) => sum + (forms[kind]?.instances ?? 0) * (forms[kind]?.memoryBytes ?? 0),
      0,
    );
    return wanted <= there || there === 0
      ? []
      : [`fleet: the ${kind} instances want ${wanted} bytes of memory and the nodes have ${there}; add nodes or memory`];
  });
}

/** The fault of a scenario whose arrivals never end; ask where duration and requests have no fault themselves. */
export function endless({ durationMs, requests, workloads = [] }: SoundParts): string[] {
  if (durationMs !== undefined || requests !== undefined) return [];
  return workloads.every(({ arrivals }) => arrivals.type === "trace")
    ? []
    : ["duration: is missing; give duration or requests, as arrivals without a trace have no end"];
}
