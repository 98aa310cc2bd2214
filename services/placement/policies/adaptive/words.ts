import { type Candidate, formatBytes, formatRate, kindName, type NodeKind, type PlacementInput } from "../../scheduler/index.js";
import type { Cost } from "./cost.js";
import { servedPerSecond } from "./rates.js";
import type { Option } from "./warm-capacity.js";

/** The choice in one line. */
export function reasonFor({ instance }: Candidate, { forecast, risk }: Cost): string {
  const { responseMs, transferMs, waitMs, serviceMs, coldStartMs } = forecast;
  const cold = coldStartMs > 0 ? ` + cold start ${ms(coldStartMs)}` : "";
  const parts = `transfer ${ms(transferMs)} + wait ${ms(waitMs)} + service ${ms(serviceMs)}${cold}`;
  return `adaptive: ${kindName(instance.kind)}, ${ms(responseMs)} ms expected (${parts}), risk ${percent(risk)}`;
}

/** What a choice was made from. */
interface Choosing {
  readonly taken: Option;
  readonly options: readonly Option[];
  readonly nearCount: number;
  readonly explored: boolean;
  readonly input: PlacementInput;
}

/** The way to the choice. */
export function stepsFor({ taken, options, nearCount, explored, input }: Choosing): string[] {
  const { candidate, cost } = taken;
  const { instanceId, nodeId } = candidate.instance;
  const how = explored ? "explored, as it is little known" : `lowest cost, one of ${nearCount} within 3% drawn by seed`;
  const deadline = input.deadlineMs === undefined ? "no deadline" : `${ms(input.deadlineMs)} ms until the deadline`;
  const { forecast, missRisk, price } = cost;
  return [
    `${instanceId} on ${nodeId}: ${how}.`,
    `${reasonFor(candidate, cost)}, spread ${ms(forecast.spreadMs)} ms, miss ${percent(missRisk)} of ${deadline}, price ${price}.`,
    `Learned boundaries: ${boundaries(options.map((option) => option.candidate))}.`,
  ];
}

/** F and D as the model has them now: what the rented forms can serve, and the size from which a container is the faster one. */
function boundaries(pool: readonly Candidate[]): string {
  const capacityPerSecond = pool
    .filter(({ instance }) => instance.kind !== "serverless")
    .reduce((sum, { instance }) => sum + servedPerSecond(instance), 0);
  const size = crossing(lineOf("vm", pool), lineOf("container", pool));
  return `F ${formatRate(capacityPerSecond)} of VM and container slots, D ${size}`;
}

interface Line {
  readonly baseMs: number;
  readonly perByteMs: number;
}

/** Transfer and service of the kind's best instance, by the mean request. */
function lineOf(kind: NodeKind, pool: readonly Candidate[]): Line | undefined {
  const models = pool.flatMap(({ instance }) => (instance.kind === kind && instance.model !== undefined ? [instance.model] : []));
  const [best] = models.sort((a, b) => a.serviceMeanMs - b.serviceMeanMs);
  if (best === undefined) return undefined;
  return {
    baseMs: best.serviceBaseMs + best.transferBaseMs,
    perByteMs: best.servicePerByteMs + best.transferPerByteMs,
  };
}

function crossing(vm: Line | undefined, container: Line | undefined): string {
  if (vm === undefined || container === undefined) return "unknown";
  const steeper = vm.perByteMs - container.perByteMs;
  const bytes = (container.baseMs - vm.baseMs) / steeper;
  if (steeper > 0) return bytes > 0 ? formatBytes(bytes) : "0 B (a container is faster at any size)";
  return container.baseMs < vm.baseMs ? "none (a container is faster where small)" : "none (a VM is faster at any size)";
}

function ms(value: number): string {
  return value < 10 ? String(Number(value.toFixed(1))) : String(Math.round(value));
}

function percent(ratio: number): string {
  return `${Number((ratio * 100).toFixed(2))}%`;
}
