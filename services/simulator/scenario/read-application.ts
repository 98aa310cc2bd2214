import { boolean, duration, integer, number, optional, type Read, required, shape, size } from "./read.js";
import { distributionOf } from "./read-distribution.js";
import { name } from "./read-fleet.js";
import type { ApplicationScenario, Form, InstanceDefaults } from "./types.js";

const maybe = <T>(read: Read<T>) => optional<T | undefined>(read, undefined);

const formFields = shape({
  instances: optional(integer(1, 10_000), 1),
  memory: optional(size, 256 * 1024 ** 2),
  service: required(distributionOf(duration)),
  perMiB: optional(duration, 0),
  perUnit: optional(duration, 0),
  spread: optional(number(0, 3), 0),
  concurrency: maybe(integer(1, 100_000)),
  queue: maybe(integer(0, 100_000)),
  payloadLimit: maybe(size),
  coldStart: maybe(distributionOf(duration)),
  keepAlive: maybe(duration),
});

const form: Read<Form> = (value, path, faults) => {
  const read = formFields(value, path, faults);
  if (read === undefined) return undefined;
  const { instances, memory, service, perMiB, perUnit, spread } = read;
  const own: Partial<InstanceDefaults> = {
    ...(read.concurrency === undefined ? {} : { concurrency: read.concurrency }),
    ...(read.queue === undefined ? {} : { queue: read.queue }),
    ...(read.payloadLimit === undefined ? {} : { payloadLimitBytes: read.payloadLimit }),
    ...(read.coldStart === undefined ? {} : { coldStartMs: read.coldStart }),
    ...(read.keepAlive === undefined ? {} : { keepAliveMs: read.keepAlive }),
  };
  const perByteMs = perMiB / 1024 ** 2;
  return { instances, memoryBytes: memory, serviceMs: service, perByteMs, perUnitMs: perUnit, spread, ...own };
};

const forms = shape({ vm: maybe(form), container: maybe(form), serverless: maybe(form) });

const fields = shape({
  name: required(name),
  copies: optional(integer(0, 10_000), 0),
  timeout: optional(duration, 30_000),
  objective: optional(duration, 1000),
  idempotent: optional(boolean, true),
  forms: required(forms),
});

/** An application. */
export const application: Read<ApplicationScenario> = (value, path, faults) => {
  const read = fields(value, path, faults);
  if (read === undefined) return undefined;
  const { vm, container, serverless } = read.forms;
  if (vm === undefined && container === undefined && serverless === undefined) {
    faults.push(`${path}.forms: must have vm, container or serverless`);
    return undefined;
  }
  if (read.timeout <= 0) {
    faults.push(`${path}.timeout: must be above 0`);
    return undefined;
  }
  return {
    ...{
      name: read.name,
      copies: read.copies,
      timeoutMs: read.timeout,
      objectiveMs: read.objective,
      idempotent: read.idempotent,
    },
    forms: {
      ...(vm === undefined ? {} : { vm }),
      ...(container === undefined ? {} : { container }),
      ...(serverless === undefined ? {} : { serverless }),
    },
  };
};
