import { Command, InvalidArgumentError } from "commander";
import { parseSizeBytes } from "../common/config/index.js";
import { StraightLineError } from "../common/errors/index.js";
import { type LoadedScenario, loadScenario } from "./load.js";
import { jsonOf, tableOf } from "./report.js";
import { type AveragedResult, average } from "./result/index.js";
import { NEVER, unknownParameters } from "./scenario/index.js";
import { POLICY_NAMES, simulate } from "./simulate.js";

/** Where the command writes, and what it measures its own speed by. */
export interface CommandOutput {
  readonly out: (text: string) => void;
  /** What does not belong to the result: it may differ from run to run. */
  readonly note: (text: string) => void;
  /** Real time, milliseconds. */
  readonly clock: () => number;
}

interface Options {
  readonly scenario: readonly string[];
  readonly policy: readonly string[];
  readonly seeds?: readonly number[];
  readonly parameters: Readonly<Record<string, number>>;
  readonly traces: string;
  readonly json: boolean;
}

/** `straightline simulate`. */
export function simulateCommand(output: CommandOutput, tracesDirectory: string): Command {
  return new Command("straightline simulate")
    .description("Runs policies over scenarios in virtual time, with the scheduler that places real requests.")
    .requiredOption("--scenario <files>", "scenarios (YAML), separated by commas", list)
    .requiredOption("--policy <names>", `policies, separated by commas: ${POLICY_NAMES.join(", ")}`, policies)
    .option("--seeds <numbers>", "seeds, separated by commas; the scenario's own when absent", seeds)
    .option("--parameters <values>", "parameters of policies over the scenarios' own, for example F=0,D=never", parameters, {})
    .option("--traces <folder>", "folder of trace files; the scenario's own when absent", tracesDirectory)
    .option("--json", "print one JSON object a line", false)
    .action((options: Options) => run(options, output));
}

function run(
  { scenario: files, policy, seeds: wanted, parameters: over, traces, json }: Options,
  { out, note, clock }: CommandOutput,
): void {
  const loaded = files.map((file) => loadScenario(file, traces));
  const ready = loaded.filter(({ missing }) => missing.length === 0);
  for (const { scenario, missing } of loaded) {
    if (missing.length > 0) note(`SKIPPED ${scenario.name}: no trace file ${missing.join(", ")}; give its folder with --traces`);
  }
  if (ready.length === 0) throw new StraightLineError("CONFIG_INVALID", "no scenario could be run");
  const startedMs = clock();
  const results = ready.flatMap((one) => policy.map((name) => overSeeds(one, name, wanted ?? [one.scenario.seed], over)));
  const requests = results.reduce((sum, result) => sum + result.requests * result.seeds.length, 0);
  out(json ? jsonOf(results) : tableOf(results));
  note(`simRequestsPerS: ${Math.round((requests * 1000) / Math.max(1, clock() - startedMs))}`);
}

function overSeeds(
  { scenario, traces }: LoadedScenario,
  policy: string,
  seeds: readonly number[],
  over: Options["parameters"],
): AveragedResult {
  return average(seeds.map((seed) => simulate({ scenario, traces, policy, seed, parameters: over })));
}

/** NAME=VALUE,NAME=VALUE; a value is a number, a size, or never. */
function parameters(text: string): Readonly<Record<string, number>> {
  const named = list(text).map((entry) => entry.split("="));
  const [unknown] = unknownParameters(named.map(([name = ""]) => name));
  if (unknown !== undefined) throw new InvalidArgumentError(`${unknown}.`);
  return Object.fromEntries(named.map(([name = "", value = ""]) => [name, parameter(name, value)]));
}

function parameter(name: string, value: string): number {
  if (value === "never") return NEVER;
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value);
  try {
    return parseSizeBytes(value);
  } catch {
    throw new InvalidArgumentError(`${name} must be a number, a size such as 64KiB, or never; got ${JSON.stringify(value)}.`);
  }
}

function list(text: string): readonly string[] {
  const entries = text.split(",").map((entry) => entry.trim());
  if (entries.every((entry) => entry !== "")) return entries;
  throw new InvalidArgumentError("must be names separated by commas.");
}

function policies(text: string): readonly string[] {
  const names = list(text);
  const unknown = names.find((name) => !POLICY_NAMES.includes(name));
  if (unknown === undefined) return names;
  throw new InvalidArgumentError(`${unknown} is unknown; known: ${POLICY_NAMES.join(", ")}.`);
}

function seeds(text: string): readonly number[] {
  const numbers = list(text).map(Number);
  if (numbers.every((seed) => Number.isInteger(seed) && seed >= 0 && seed <= 2 ** 31)) return numbers;
  throw new InvalidArgumentError("must be whole numbers of 0 or more, separated by commas.");
}
