import type { Node__Output } from "../../../proto/gen/straightline/v1/Node.js";
import { formatAge, formatBytes, formatTable, shortEnum } from "../output.js";
import { type CommandContext, show } from "./context.js";

/** `straightline nodes`: every node with its state, its use and what it runs. */
export async function nodes(context: CommandContext): Promise<void> {
  const { fleet, call } = context.api;
  const { nodes: all } = await call(fleet.listNodes.bind(fleet), {});
  show(context, all, formatNodes);
}

/** `straightline cordon|uncordon|drain NODE`. */
export async function setScheduling(
  context: CommandContext,
  verb: "cordon" | "uncordon" | "drain",
  nodeId: string,
): Promise<void> {
  const { fleet, call } = context.api;
  const { node } = await call(fleet[verb].bind(fleet), { nodeId });
  show(context, node === null ? [] : [node], formatNodes);
}

function formatNodes(nodes: readonly Node__Output[]): string {
  if (nodes.length === 0) return "No node has joined. Start an agent: straightline agent --kind vm";
  return formatTable(
    [
      "NODE",
      "KIND",
      "HEALTH",
      "AGE",
      "SCHEDULING",
      "CPU USED",
      "RESERVED",
      "MEMORY USED",
      "RESERVED",
      "GPUS",
      "INSTANCES",
      "NOTE",
    ],
    nodes.map((node) => [
      node.nodeId,
      shortEnum(node.kind, "NODE_KIND_"),
      shortEnum(node.health, "NODE_HEALTH_"),
      formatAge(node.telemetryAgeMs),
      shortEnum(node.scheduling, "SCHEDULING_"),
      ...resourceCells(node),
      String(node.telemetry?.instances.length ?? 0),
      node.conflict || node.telemetry?.impairment || "",
    ]),
  );
}

/** What is in use of the machine, and what is reserved by instances and stages, of what it has. */
function resourceCells({ telemetry, reserved }: Node__Output): string[] {
  const { usage, capacity } = telemetry ?? {};
  const [cpu, memory] = [capacity?.cpuMillicores ?? 0, formatBytes(capacity?.memoryBytes ?? 0)];
  return [
    `${usage?.cpuMillicores ?? 0}m/${cpu}m`,
    `${reserved?.cpuMillicores ?? 0}m/${cpu}m`,
    `${formatBytes(usage?.memoryBytes ?? 0)}/${memory}`,
    `${formatBytes(reserved?.memoryBytes ?? 0)}/${memory}`,
    `${reserved?.gpus ?? 0}/${capacity?.gpuCount ?? 0}`,
  ];
}
