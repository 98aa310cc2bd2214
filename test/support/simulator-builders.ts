import { type RunResult, readScenario, simulate } from "../../services/simulator/index.js";

/** A run of a scenario in YAML; `stampsMs` are its arrivals, instead of those in the workload's trace. */
export function run(
  yaml: string,
  policy: string,
  { stampsMs, seed = 1 }: { stampsMs?: readonly number[]; seed?: number } = {},
): RunResult {
  const scenario = readScenario(yaml, "test.yaml");
  const rows = (stampsMs ?? []).map((atMs) => ({ atMs, sizeBytes: 0, units: 0 }));
  return simulate({ scenario, policy, seed, traces: scenario.workloads.map(() => ({ type: "rows" as const, rows })) });
}

/** One VM with one slot that serves in 100 ms, 2 ms away; requests come by a list of time stamps. */
export function oneServer({ node = "", form = "", application = "", more = "" } = {}): string {
  return `
name: one
fleet: [{ name: vm, kind: vm, roundTrip: 2ms${node} }]
applications:
  - { name: app, timeout: 10s, objective: 150ms, forms: { vm: { service: 100ms${form} } }${application} }
workloads: [{ application: app, arrivals: { type: trace, format: timestamps, file: none } }]
${more}`;
}
