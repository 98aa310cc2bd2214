import type { InstanceTelemetry__Output } from "../../../proto/gen/straightline/v1/InstanceTelemetry.js";
import type { InstanceSettings } from "./types.js";

/** What changes of an instance from tick to tick. */
export type InstanceReading = Pick<
  InstanceTelemetry__Output,
  "servedCount" | "cpuMillicores" | "memoryBytes" | "serviceTime" | "coldStart" | "function"
> & { readonly inFlight: number; readonly queued: number };

/** A whole message; written out, as copies of parts would cost more than all else on a tick. */
export function instanceTelemetry(settings: InstanceSettings, reading: InstanceReading): InstanceTelemetry__Output {
  return {
    instanceId: settings.instanceId,
    application: settings.application,
    assignment: settings.assignment,
    state: "INSTANCE_STATE_READY",
    available: true,
    httpEndpoint: "",
    grpcEndpoint: "",
    artifactDigest: "",
    restartCount: 0,
    lastError: "",
    generation: 1,
    failedAttempts: 0,
    concurrency: settings.concurrency,
    payloadLimitBytes: settings.payloadLimitBytes,
    inFlight: reading.inFlight,
    queued: reading.queued,
    servedCount: reading.servedCount,
    failedCount: 0,
    cpuMillicores: reading.cpuMillicores,
    memoryBytes: reading.memoryBytes,
    serviceTime: reading.serviceTime,
    coldStart: reading.coldStart,
    function: reading.function,
  };
}
