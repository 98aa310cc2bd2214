import { existsSync, readFileSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import { StraightLineError, systemCode } from "../common/errors/index.js";
import { readScenario, type Scenario } from "./scenario/index.js";
import { parseTrace, type TraceData } from "./workload/index.js";

/** A scenario with the traces that its workloads name, in their order. */
export interface LoadedScenario {
  readonly scenario: Scenario;
  readonly traces: readonly (TraceData | undefined)[];
  /** Trace files that are not there; with any the scenario cannot run. */
  readonly missing: readonly string[];
}

/**
 * Reads a scenario's file and its traces, whose names are relative to `tracesDirectory`, or to the scenario's own folder when that is empty.
 * Throws CONFIG_INVALID with every fault.
 */
export function loadScenario(file: string, tracesDirectory: string): LoadedScenario {
  const scenario = readScenario(readText(file), file);
  const directory = tracesDirectory === "" ? dirname(file) : tracesDirectory;
  const missing: string[] = [];
  const traces = scenario.workloads.map(({ arrivals }) => {
    if (arrivals.type !== "trace") return undefined;
    const path = isAbsolute(arrivals.file) ? arrivals.file : join(directory, arrivals.file);
    if (existsSync(path)) return parseTrace(arrivals, readText(path));
    missing.push(path);
    return undefined;
  });
  return { scenario, traces, missing };
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new StraightLineError("CONFIG_INVALID", `${file}: cannot be read (${systemCode(cause) ?? "unknown"})`, { cause });
  }
}
