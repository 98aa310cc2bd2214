import type { Distribution } from "../draws/index.js";
import { duration, integer, number, oneOf, optional, positive, type Read, required, shape, size, text } from "./read.js";
import { distributionOf } from "./read-distribution.js";
import type { InstanceDefaults, NodeGroup } from "./types.js";

const SECOND: Distribution = { type: "constant", value: 1000 };
/** The model server's own limit. */
const DEFAULT_QUEUE = 32;

/** A name that can stand in a subject, with a number after it. */
export const name = text(/^[a-z][a-z0-9-]{0,50}$/, "1 to 51 of a-z, 0-9 and '-', starting with a letter");

const price = shape({
  perInstanceHour: optional(number(), 0),
  perRequest: optional(number(), 0),
  perGbSecond: optional(number(), 0),
});

const fields = {
  name: required(name),
  kind: required(oneOf("vm", "container", "serverless")),
  count: optional(integer(1, 10_000), 1),
  cpu: optional(positive, 4),
  memory: optional(size, 8 * 1024 ** 3),
  bandwidth: optional(size, 125_000_000),
  roundTrip: optional(duration, 1),
  zone: optional(text(/^[A-Za-z0-9_-]{0,63}$/, "at most 63 of A-Z, a-z, 0-9, '_' and '-'"), ""),
  speed: optional(positive, 1),
  price: optional(price, { perInstanceHour: 0, perRequest: 0, perGbSecond: 0 }),
  concurrency: optional(integer(1, 100_000), 1),
  queue: optional(integer(0, 100_000), DEFAULT_QUEUE),
  payloadLimit: optional(size, 0),
  coldStart: optional(distributionOf(duration), SECOND),
  keepAlive: optional(duration, 60_000),
};

const readFields = shape(fields);

/** A group of nodes. */
export const group: Read<NodeGroup> = (value, path, faults) => {
  const read = readFields(value, path, faults);
  if (read === undefined) return undefined;
  const { cpu, memory, bandwidth, roundTrip, payloadLimit, coldStart, keepAlive, ...same } = read;
  if (bandwidth === 0) {
    faults.push(`${path}.bandwidth: must be above 0`);
    return undefined;
  }
  const instance: InstanceDefaults = {
    ...{ concurrency: same.concurrency, queue: same.queue },
    ...{ payloadLimitBytes: payloadLimit, coldStartMs: coldStart, keepAliveMs: keepAlive },
  };
  return {
    ...same,
    ...instance,
    ...{ cpuCores: cpu, memoryBytes: memory, bandwidthBytesPerSecond: bandwidth, roundTripMs: roundTrip },
  };
};
