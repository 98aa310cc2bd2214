import type { ApplicationRecord__Output } from "../../../proto/gen/straightline/v1/ApplicationRecord.js";
import type { Assignment__Output } from "../../../proto/gen/straightline/v1/Assignment.js";
import type { Entry } from "../../common/bus/index.js";
import { desiredWarmWorkers } from "../desired/index.js";

/**
 * The assignments of the application's present generation that are to keep another number of workers warm, with that number. Those of another
 * generation get theirs when they are renewed.
 */
export function withOtherWarmWorkers(
  record: ApplicationRecord__Output,
  assignments: Iterable<Entry<Assignment__Output>>,
): Entry<Assignment__Output>[] {
  return [...assignments].flatMap((entry) => {
    const { application, generation, implementation } = entry.value;
    if (application !== record.spec?.name || generation !== record.generation) return [];
    const form = record.spec.implementations.find(({ kind }) => kind === implementation?.kind);
    const warmWorkers = form === undefined ? 0 : desiredWarmWorkers(record, form);
    return warmWorkers === entry.value.warmWorkers ? [] : [{ ...entry, value: { ...entry.value, warmWorkers } }];
  });
}
