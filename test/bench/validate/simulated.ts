import type { KindToken } from "../../../services/common/bus/index.js";
import { type RunResult, readScenario, simulate } from "../../../services/simulator/index.js";
import { APPLICATION, FORMS, KEEP_ALIVE_MS, QUEUE, TIMEOUT_MS } from "./application.js";
import type { MachineFigures } from "./calibration.js";
import type { Planned } from "./workload.js";

/** Runs the planned requests in the simulator, over a fleet like the mesh with this machine's figures. */
export function simulatePlanned(
  planned: readonly Planned[],
  policy: string,
  { machine, kinds, thresholds }: Surroundings,
): RunResult {
  const scenario = readScenario(scenarioText(machine, kinds, thresholds), "validation");
  const rows = planned.map(({ atMs, sizeBytes, workMs }) => ({ atMs, sizeBytes, units: workMs }));
  return simulate({ scenario, policy, seed: 1, traces: [{ type: "rows", rows }] });
}

/** What the mesh was run with. */
export interface Surroundings {
  readonly machine: MachineFigures;
  readonly kinds: readonly KindToken[];
  readonly thresholds: { readonly F: number; readonly D: number };
}

/** JSON is YAML. */
function scenarioText(
  { roundTripMs, bandwidthBytesPerSecond, coldStartMs }: MachineFigures,
  kinds: readonly KindToken[],
  thresholds: object,
): string {
  const node = {
    count: 1,
    cpu: 64,
    bandwidth: bandwidthBytesPerSecond,
    coldStart: coldStartMs,
    keepAlive: KEEP_ALIVE_MS,
  };
  return JSON.stringify({
    name: "validation",
    parameters: thresholds,
    fleet: kinds.map((kind) => ({ name: kind, kind, roundTrip: roundTripMs[kind] ?? 0, ...node })),
    applications: [
      {
        name: APPLICATION,
        timeout: TIMEOUT_MS,
        // The service time is the row's work alone.
        forms: Object.fromEntries(kinds.map((kind) => [kind, { service: 0, perUnit: 1, queue: QUEUE, ...FORMS[kind] }])),
      },
    ],
    workloads: [{ application: APPLICATION, arrivals: { type: "trace", format: "timestamps", file: "planned" } }],
  });
}
