import type { InstanceTelemetry } from "../../proto/gen/straightline/v1/InstanceTelemetry.js";
import type { TelemetrySnapshot, TelemetrySnapshot__Output } from "../../proto/gen/straightline/v1/TelemetrySnapshot.js";
import { type KindToken, kindToWire } from "../../services/common/bus/index.js";
import { messageCodec } from "../../services/common/wire/index.js";

const codec = messageCodec<TelemetrySnapshot, TelemetrySnapshot__Output>("TelemetrySnapshot");

/** A ready instance of the application `app` with one slot. */
export function telemetryInstance(instanceId: string, changes: InstanceTelemetry = {}): InstanceTelemetry {
  return {
    instanceId,
    application: "app",
    state: "INSTANCE_STATE_READY",
    httpEndpoint: `http://127.0.0.1/${instanceId}`,
    concurrency: 1,
    assignment: "app.0",
    ...changes,
  };
}

/** A snapshot of a node whose agent ticks once a second, as the bus delivers it. */
export function telemetry(nodeId: string, kind: KindToken, changes: TelemetrySnapshot = {}): TelemetrySnapshot__Output {
  return codec.decode(encodeTelemetry(nodeId, kind, changes));
}

/** The same as bytes. */
export function encodeTelemetry(nodeId: string, kind: KindToken, changes: TelemetrySnapshot = {}): Uint8Array {
  return codec.encode({
    nodeId,
    kind: kindToWire(kind),
    agentEpochMs: 1000,
    sequence: 1,
    tickMs: 1000,
    agentInstanceId: `agent-of-${nodeId}`,
    ...changes,
  });
}
