import type { EventLoop } from "../clock/index.js";
import type { Fault, Scenario, Window } from "../scenario/index.js";
import type { TelemetryBus } from "./telemetry.js";
import type { SimNode } from "./types.js";

/** What faults act on. */
export interface FaultTargets {
  readonly loop: EventLoop;
  readonly startMs: number;
  readonly bus: TelemetryBus;
  /** Nodes of a name, which may be a group's. */
  readonly nodesOf: (name: string) => readonly SimNode[];
  /** Requests on a node that has just gone. */
  readonly onNodeLost: (node: SimNode) => void;
}

/** Arms every fault and neighbour of a scenario. */
export function armFaults({ faults, interference }: Scenario, targets: FaultTargets): void {
  for (const fault of faults) arm(fault, targets);
  for (const { nodes, cores, fromMs, forMs } of interference) {
    during(targets, { fromMs, forMs }, nodes, (node, begins) => {
      node.neighbourCores += begins ? cores : -cores;
      node.cpu.refresh();
    });
  }
}

function arm(fault: Fault, targets: FaultTargets): void {
  if (fault.type === "nats-outage") setBusAway(fault, targets);
  else during(targets, fault, fault.nodes, changeOf(fault, targets));
}

/** What a fault does to a node when it begins and when it ends. */
function changeOf(
  fault: Exclude<Fault, { type: "nats-outage" }>,
  targets: FaultTargets,
): (node: SimNode, begins: boolean) => void {
  switch (fault.type) {
    case "node-loss":
      return (node, begins) => (begins ? lose(node, fault.noticeMs, targets) : restart(node));
    case "agent-loss":
      return (node, begins) => {
        node.isSilent = begins;
        if (!begins) restartAgent(node);
      };
    case "slow-node":
      return (node, begins) => {
        node.slowFactor *= begins ? fault.factor : 1 / fault.factor;
        node.cpu.refresh();
      };
    case "function-throttling":
      return (node, begins) => {
        node.workerLimit = begins ? fault.workers : Number.POSITIVE_INFINITY;
      };
  }
}

function setBusAway({ fromMs, forMs }: Window, targets: FaultTargets): void {
  at(targets, fromMs, () => {
    targets.bus.isAway = true;
  });
  at(targets, fromMs + forMs, () => {
    targets.bus.isAway = false;
  });
}

function lose(node: SimNode, noticeMs: number, { onNodeLost }: FaultTargets): void {
  node.isUp = false;
  node.noticeMs = noticeMs;
  for (const instance of node.instances) instance.crash();
  onNodeLost(node);
}

/** It comes back empty, its instances ready, its functions cold. */
function restart(node: SimNode): void {
  node.isUp = true;
  restartAgent(node);
}

function restartAgent(node: SimNode): void {
  node.epoch += 1;
  node.sequence = 0;
}

function during(
  targets: FaultTargets,
  { fromMs, forMs }: Window,
  names: readonly string[],
  change: (node: SimNode, begins: boolean) => void,
): void {
  const nodes = names.flatMap(targets.nodesOf);
  at(targets, fromMs, () => {
    for (const node of nodes) change(node, true);
  });
  at(targets, fromMs + forMs, () => {
    for (const node of nodes) change(node, false);
  });
}

function at({ loop, startMs }: FaultTargets, atMs: number, run: () => void): void {
  loop.at(startMs + atMs, run);
}
