import { NEVER } from "../../../services/simulator/index.js";

/** A policy as it is run: by name, with parameters that come before those of the scenario. */
export interface Contender {
  readonly label: string;
  readonly policy: string;
  readonly parameters: Readonly<Record<string, number>>;
}

/** One run: a scenario under a contender with one seed. */
export interface Job {
  readonly scenario: string;
  readonly contender: Contender;
  readonly seed: number;
}

export const SEEDS: readonly number[] = [1, 2, 3, 4, 5];
/** Of the scenarios outside of the verdict. */
export const HELD_OUT_SEEDS: readonly number[] = [1, 2];

/** The policy under trial, with one configuration for all scenarios: its defaults. */
export const OURS: Contender = { label: "adaptive", policy: "adaptive", parameters: {} };
export const CLAIRVOYANT: Contender = { label: "clairvoyant", policy: "clairvoyant", parameters: {} };

/** What a user would otherwise use. */
export const BASELINES: readonly Contender[] = [
  "vm-only",
  "container-only",
  "serverless-only",
  "random",
  "round-robin",
  "least-outstanding",
  "power-of-two",
  "peak-ewma",
].map((policy) => ({ label: policy, policy, parameters: {} }));

const KIB = 1024;
const MIB = 1024 * KIB;

/** F in requests per second and D in bytes of the paper's policy, each from "always" to "never". */
const GRID_F: readonly number[] = [0, 10, 50, 150, 300, NEVER];
const GRID_D: readonly number[] = [0, 64 * KIB, 256 * KIB, MIB, 4 * MIB, NEVER];

export const GRID: readonly Contender[] = GRID_F.flatMap((F) =>
  GRID_D.map((D) => ({ label: `straightline F=${shown(F)} D=${shown(D)}`, policy: "straightline", parameters: { F, D } })),
);

/** Every contender of the verdict, ours first. */
export const CONTENDERS: readonly Contender[] = [OURS, CLAIRVOYANT, ...BASELINES, ...GRID];

function shown(threshold: number): string {
  if (threshold === NEVER) return "never";
  if (threshold >= MIB) return `${threshold / MIB}MiB`;
  return threshold >= KIB ? `${threshold / KIB}KiB` : String(threshold);
}
