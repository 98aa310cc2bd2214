import type { Application__Output } from "../../../proto/gen/straightline/v1/Application.js";
import type { ApplicationRecord, ApplicationRecord__Output } from "../../../proto/gen/straightline/v1/ApplicationRecord.js";
import type { Assignment__Output } from "../../../proto/gen/straightline/v1/Assignment.js";
import type { Bucket, Entry } from "../../common/bus/index.js";
import { StraightLineError } from "../../common/errors/index.js";
import { type Mirror, retryConflicts } from "../state/index.js";
import { type ChangeContext, deployed } from "./transitions.js";

/** Reads and changes what is desired, by compare-and-set alone. Rejects with BUS_UNAVAILABLE while NATS is away. */
export interface DesiredState {
  /** Resolves to the record and whether it has changed. */
  deploy(spec: Application__Output, context: ChangeContext): Promise<{ record: ApplicationRecord__Output; changed: boolean }>;
  /** Changes a record; repeated while others write it too. Rejects with UNKNOWN_APPLICATION, and what `change` throws. */
  change(
    name: string,
    change: (known: ApplicationRecord__Output) => ApplicationRecord__Output,
  ): Promise<ApplicationRecord__Output>;
  /** Changes a record that is still as it was seen. Rejects with CONFLICT when it is not. */
  replace(seen: Entry<ApplicationRecord__Output>, value: ApplicationRecord__Output): Promise<void>;
  /** Rejects with UNKNOWN_APPLICATION. */
  remove(name: string): Promise<void>;
  /** The highest generation that an application without a record may still have left behind. */
  lastGeneration(name: string): number;
}

/** What desired state is kept with. */
export interface DesiredStateParts {
  readonly applications: Mirror<ApplicationRecord__Output>;
  readonly bucket: Bucket<ApplicationRecord, ApplicationRecord__Output>;
  readonly assignments: Mirror<Assignment__Output>;
  /** Called after each own change. */
  readonly onChange: () => void;
}

/** Desired state. */
export function createDesiredState({ applications, bucket, assignments, onChange }: DesiredStateParts): DesiredState {
  const note = (key: string, value: ApplicationRecord__Output, revision: number): void => {
    applications.note({ key, value, revision });
    onChange();
  };
  const replace = async ({ key, revision }: Entry<ApplicationRecord__Output>, value: ApplicationRecord__Output): Promise<void> =>
    note(key, value, await bucket.update(key, value, revision));
  // Assignments of an application that has just been undeployed may still stand; a new one of its name must count on from them.
  const lastGeneration = (name: string): number => {
    const own = [...assignments.entries.values()].filter(({ value }) => value.application === name);
    return Math.max(0, ...own.map(({ value }) => value.generation));
  };
  return {
    lastGeneration,
    replace,
    deploy: (spec, context) =>
      retryConflicts(async () => {
        const known = await bucket.get(spec.name);
        const record = deployed(known?.value, spec, lastGeneration(spec.name), context);
        if (known === undefined) note(spec.name, record, await bucket.create(spec.name, record));
        else if (record !== known.value) await replace(known, record);
        return { record, changed: record !== known?.value };
      }),
    change: (name, change) =>
      retryConflicts(async () => {
        const known = await bucket.get(name);
        if (known === undefined) throw unknownApplication(name);
        const record = change(known.value);
        await replace(known, record);
        return record;
      }),
    async remove(name) {
      await retryConflicts(async () => {
        const known = await bucket.get(name);
        if (known === undefined) throw unknownApplication(name);
        await bucket.remove(name, known.revision);
      });
      applications.forget(name);
      onChange();
    },
  };
}

/** UNKNOWN_APPLICATION with the name. */
export function unknownApplication(name: string): StraightLineError {
  return new StraightLineError("UNKNOWN_APPLICATION", `name: no application ${JSON.stringify(name)}; deploy it first`);
}
