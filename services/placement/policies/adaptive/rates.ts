import { type InstanceView, UNKNOWN_INSTANCE } from "../../scheduler/index.js";

/** No service is quicker; keeps a rate finite. */
const LEAST_SERVICE_MS = 0.1;

/** Mean service time: as learned, else as telemetry tells, else that of something unknown. */
export function meanServiceMs({ model, serviceTime: { count, sumMs } }: InstanceView): number {
  return Math.max(LEAST_SERVICE_MS, model?.serviceMeanMs ?? (count > 0 ? sumMs / count : UNKNOWN_INSTANCE.serviceMs));
}

/** Requests per second that the instance's slots serve. */
export function servedPerSecond(instance: InstanceView): number {
  return (instance.concurrency * 1000) / meanServiceMs(instance);
}
