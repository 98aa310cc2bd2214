import type { Bucket, BusConnection } from "../../common/bus/index.js";
import { StraightLineError } from "../../common/errors/index.js";

/** The bucket, but a call while NATS is away rejects with BUS_UNAVAILABLE at once, not after the client's time-out. */
export function onlineBucket<Input, Output>(
  bus: Pick<BusConnection, "isConnected">,
  bucket: Bucket<Input, Output>,
): Bucket<Input, Output> {
  const online = <T>(call: () => Promise<T>): Promise<T> =>
    bus.isConnected()
      ? call()
      : Promise.reject(new StraightLineError("BUS_UNAVAILABLE", "not connected to NATS; try again when it is back"));
  return {
    get: (key) => online(() => bucket.get(key)),
    entries: (filter) => online(() => bucket.entries(filter)),
    create: (key, value) => online(() => bucket.create(key, value)),
    update: (key, value, revision) => online(() => bucket.update(key, value, revision)),
    remove: (key, revision) => online(() => bucket.remove(key, revision)),
    watch: bucket.watch,
  };
}
