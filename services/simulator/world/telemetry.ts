import type { TelemetrySnapshot__Output } from "../../../proto/gen/straightline/v1/TelemetrySnapshot.js";
import { kindToWire, telemetrySubject } from "../../common/bus/index.js";
import type { EventLoop } from "../clock/index.js";
import { drawUniform, keyOf, quantile } from "../draws/index.js";
import type { Scenario } from "../scenario/index.js";
import { cpuUse } from "./node.js";
import type { SimNode } from "./types.js";

/** Takes a snapshot, like the subscription of the real placement. */
export type TakeTelemetry = (subject: string, snapshot: TelemetrySnapshot__Output) => void;

/** The bus, as far as telemetry needs it. */
export interface TelemetryBus {
  /** What is published while this is true is lost, as by the NATS client. */
  isAway: boolean;
}

/** What telemetry needs. */
export interface TelemetryParts {
  readonly loop: EventLoop;
  readonly settings: Scenario["telemetry"];
  readonly bus: TelemetryBus;
  readonly seed: number;
  readonly take: TakeTelemetry;
}

/** Tells of a node now and on every tick from its own phase on, with the delay and the loss of the scenario. */
export function startTelemetry(parts: TelemetryParts, node: SimNode): void {
  const { loop, settings, seed } = parts;
  const subject = telemetrySubject(node.kind, node.name);
  const fixed = fixedParts(node, settings.periodMs);
  const tick = (): void => {
    loop.at(loop.now() + settings.periodMs, tick);
    if (node.isUp && !node.isSilent) publish(parts, node, subject, fixed);
  };
  publish({ ...parts, settings: { ...settings, delayMs: { type: "constant", value: 0 }, loss: 0 } }, node, subject, fixed);
  loop.at(loop.now() + settings.periodMs * drawUniform(keyOf(seed, node.hash), "phase"), tick);
}

function publish({ loop, settings, bus, seed, take }: TelemetryParts, node: SimNode, subject: string, fixed: FixedParts): void {
  node.sequence += 1;
  const key = keyOf(seed, node.hash, node.epoch, node.sequence);
  if (bus.isAway || drawUniform(key, "telemetryLoss") < settings.loss) return;
  const snapshot = snapshotOf(node, fixed, loop.now());
  const delayMs = quantile(settings.delayMs, drawUniform(key, "telemetryDelay"));
  if (delayMs <= 0) take(subject, snapshot);
  else loop.at(loop.now() + delayMs, () => take(subject, snapshot));
}

type FixedParts = Omit<TelemetrySnapshot__Output, "agentEpochMs" | "sequence" | "takenAtMs" | "usage" | "instances">;

/** What does not change while the node lives. */
function fixedParts({ name, kind, group }: SimNode, tickMs: number): FixedParts {
  return {
    nodeId: name,
    kind: kindToWire(kind) as FixedParts["kind"],
    agentInstanceId: `agent-of-${name}`,
    tickMs,
    labels: {},
    zone: group.zone,
    impairment: "",
    instancesUnseen: false,
    price: { ...group.price },
    capacity: {
      cpuMillicores: kind === "serverless" ? 0 : group.cpuCores * 1000,
      memoryBytes: group.memoryBytes,
      diskBytes: 0,
      networkBytesPerSecond: group.bandwidthBytesPerSecond,
      gpuCount: 0,
    },
  };
}

function snapshotOf(node: SimNode, fixed: FixedParts, nowMs: number): TelemetrySnapshot__Output {
  const { own, all } = cpuUse(node);
  const perRequest = node.cpu.jobCount > 0 ? (own * 1000) / node.cpu.jobCount : 0;
  return {
    ...fixed,
    agentEpochMs: node.epoch,
    sequence: node.sequence,
    takenAtMs: nowMs,
    usage: {
      cpuMillicores: all * 1000,
      memoryBytes: 0,
      diskBytes: 0,
      networkReceiveBytesPerSecond: 0,
      networkTransmitBytesPerSecond: 0,
    },
    instances: node.instances.map((instance) => instance.tell(instance.runningCount * perRequest)),
  };
}
