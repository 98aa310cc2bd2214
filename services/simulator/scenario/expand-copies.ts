import type { SoundParts } from "./types.js";

/** Puts every application that has copies in their place, with a workload of its own for each. */
export function expandCopies(scenario: SoundParts): SoundParts {
  const { applications, workloads } = scenario;
  if (applications === undefined) return scenario;
  const copiesOf = new Map(applications.map(({ name, copies }) => [name, copies]));
  return {
    ...scenario,
    applications: applications.flatMap((application) =>
      namesOf(application.name, application.copies).map((name) => ({ ...application, name, copies: 0 })),
    ),
    workloads: workloads?.flatMap((workload) =>
      namesOf(workload.application, copiesOf.get(workload.application) ?? 0).map((application) => ({ ...workload, application })),
    ),
  };
}

function namesOf(name: string, copies: number): string[] {
  return copies === 0 ? [name] : Array.from({ length: copies }, (_, at) => `${name}-${at}`);
}
