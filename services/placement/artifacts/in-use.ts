import type { Application__Output } from "../../../proto/gen/straightline/v1/Application.js";
import type { ApplicationRecord__Output } from "../../../proto/gen/straightline/v1/ApplicationRecord.js";
import type { Assignment__Output } from "../../../proto/gen/straightline/v1/Assignment.js";
import type { Job__Output } from "../../../proto/gen/straightline/v1/Job.js";

/** All that can need an artifact. */
export interface Users {
  readonly applications: readonly ApplicationRecord__Output[];
  readonly assignments: readonly Assignment__Output[];
  readonly jobs: readonly Job__Output[];
}

/**
 * Digests that something needs: an application, one of the revisions that it can go back to, an instance that is still to run an older one, and every job that
 * is kept, with what it has brought along and made.
 */
export function digestsInUse({ applications, assignments, jobs }: Users): ReadonlySet<string> {
  const specs = [
    ...applications.flatMap(({ spec, revisions }) => [spec, ...revisions.map((revision) => revision.spec)]),
    ...assignments.map(({ spec }) => spec),
  ];
  return new Set([...specs.flatMap(digestOf), ...jobs.flatMap(digestsOfJob)]);
}

function digestOf(spec: Application__Output | null): string[] {
  const digest = spec?.artifact?.bundle?.digest;
  return digest ? [digest] : [];
}

function digestsOfJob({ spec, stages }: Job__Output): string[] {
  const named = [spec?.artifacts ?? {}, ...stages.map(({ artifacts }) => artifacts)].flatMap((some) => Object.values(some));
  return [...(spec?.source ? [spec.source] : []), ...named].map(({ digest }) => digest);
}
