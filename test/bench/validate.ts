import { setTimeout as delay } from "node:timers/promises";
import { type MachineFigures, measureMachine } from "./validate/calibration.js";
import { startValidationMesh } from "./validate/mesh.js";
import { simulatePlanned } from "./validate/simulated.js";
import { type Answered, createSender, plan } from "./validate/workload.js";

/** Figures of one run, failed requests counted as their timeout. */
export interface ValidationFigures {
  readonly requests: number;
  readonly meanMs: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly failureRate: number;
  readonly coldStarts: number;
  readonly byKind: Readonly<Record<string, number>>;
}

/** One policy on the real mesh and in the simulator. */
export interface PolicyValidation {
  readonly policy: string;
  readonly real: ValidationFigures;
  readonly simulated: ValidationFigures;
  /** Measured on the idle mesh just before. */
  readonly machine: MachineFigures;
  /** Simulated / real. */
  readonly ratio: { readonly meanMs: number; readonly p50Ms: number; readonly p95Ms: number };
}

/** What the validation found. */
export interface Validation {
  readonly kinds: readonly string[];
  readonly policies: readonly PolicyValidation[];
}

const POLICIES = ["straightline", "adaptive"] as const;
const THRESHOLDS = { F: 10, D: 128 * 1024 };
const DURATION_MS = 40_000;
/** f_t and idle workers are those of a rested mesh after this. */
const REST_MS = 11_000;

/**
 * The same requests, with the same arrivals, sizes and service times, on the real mesh (NATS, placement, gateway, agents, instances) and in the
 * simulator, whose fleet has the round trip, the bandwidth and the cold start that were measured on the mesh before. Takes less than three minutes.
 */
export async function validateSimulator(): Promise<Validation> {
  await using mesh = await startValidationMesh(THRESHOLDS);
  await using sender = createSender(mesh.gatewayPort);
  const policies: PolicyValidation[] = [];
  for (const [at, policy] of POLICIES.entries()) {
    const machine = await measureMachine(sender, mesh.kinds);
    await delay(REST_MS);
    const planned = plan(DURATION_MS, at + 1);
    const real = figuresOf(await sender.sendAll(planned, policy));
    const run = simulatePlanned(planned, policy, { machine, kinds: mesh.kinds, thresholds: THRESHOLDS });
    const { requests, meanMs, p50Ms, p95Ms, failureRate, coldStarts, byKind } = run;
    const simulated = { requests, meanMs, p50Ms, p95Ms, failureRate, coldStarts, byKind };
    const ratio = { meanMs: meanMs / real.meanMs, p50Ms: p50Ms / real.p50Ms, p95Ms: p95Ms / real.p95Ms };
    policies.push({ policy, machine, real, simulated, ratio });
  }
  return { kinds: mesh.kinds, policies };
}

function figuresOf(answers: readonly Answered[]): ValidationFigures {
  const times = answers.map(({ responseMs }) => responseMs).sort((a, b) => a - b);
  const quantile = (q: number): number => times[Math.ceil(q * times.length) - 1] ?? 0;
  const byKind: Record<string, number> = { vm: 0, container: 0, serverless: 0 };
  for (const { kind } of answers) if (kind !== "") byKind[kind] = (byKind[kind] ?? 0) + 1;
  return {
    requests: answers.length,
    meanMs: times.reduce((sum, ms) => sum + ms, 0) / times.length,
    p50Ms: quantile(0.5),
    p95Ms: quantile(0.95),
    failureRate: answers.filter(({ failed }) => failed).length / answers.length,
    coldStarts: answers.filter(({ coldStartMs }) => coldStartMs > 0).length,
    byKind,
  };
}

if (import.meta.filename === process.argv[1]) {
  const result = await validateSimulator();
  if (process.argv.includes("--json")) console.log(JSON.stringify(result));
  else {
    console.log(result.kinds.join(", "));
    for (const { policy, machine, real, simulated, ratio } of result.policies) {
      console.log(policy, machine);
      console.table({ real, simulated, ratio }, ["meanMs", "p50Ms", "p95Ms", "failureRate", "coldStarts"]);
      console.table({ real: real.byKind, simulated: simulated.byKind });
    }
  }
}
