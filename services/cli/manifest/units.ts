import type { Resources } from "../../../proto/gen/straightline/v1/Resources.js";
import { parseDurationMs, parseSizeBytes } from "../../common/config/index.js";
import type { ManifestResources } from "./types.js";

/** What a manifest asks of the machine. */
export function toResources({ cpu, memory, gpus }: ManifestResources): Resources {
  return { cpuMillicores: millicores(cpu), memoryBytes: parseSizeBytes(memory), gpus: gpus ?? 0 };
}

/** Milliseconds; 0 for what is not given. */
export function durationMs(text: string | undefined): number {
  return text === undefined ? 0 : parseDurationMs(text);
}

/** 2, 0.5 and "500m" in thousandths of a core. */
export function millicores(cpu: number | string): number {
  const text = String(cpu);
  return Math.round(text.endsWith("m") ? Number(text.slice(0, -1)) : Number(text) * 1000);
}
