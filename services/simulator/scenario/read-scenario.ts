import { parseDocument } from "yaml";
import { StraightLineError } from "../../common/errors/index.js";
import { crossCheck, endless } from "./cross-check.js";
import { expandCopies } from "./expand-copies.js";
import { dictionary, duration, integer, list, number, optional, parts, type Read, required, shape, threshold } from "./read.js";
import { application } from "./read-application.js";
import { distributionOf } from "./read-distribution.js";
import { faultOf, interferenceOf } from "./read-faults.js";
import { group, name } from "./read-fleet.js";
import { workload } from "./read-workload.js";
import type { Scenario, TelemetrySettings } from "./types.js";

const telemetryFields = shape({
  period: optional<number>((value, path, faults) => positiveMs(value, path, faults), 1000),
  delay: optional(distributionOf(duration), { type: "constant" as const, value: 5 }),
  loss: optional(number(0, 1), 0),
});

const positiveMs: Read<number> = (value, path, faults) => {
  const ms = duration(value, path, faults);
  if (ms === undefined || (ms >= 50 && ms <= 60_000)) return ms;
  faults.push(`${path}: must be from 50ms to 60s, as placement takes no other; got ${ms} ms`);
  return undefined;
};

const telemetry: Read<TelemetrySettings> = (value, path, faults) => {
  const read = telemetryFields(value, path, faults);
  return read === undefined ? undefined : { periodMs: read.period, delayMs: read.delay, loss: read.loss };
};

const DEFAULT_TELEMETRY: TelemetrySettings = { periodMs: 1000, delayMs: { type: "constant", value: 5 }, loss: 0 };

const fields = parts({
  name: required(name),
  seed: optional(integer(0, 2 ** 31), 1),
  duration: optional<number | undefined>(duration, undefined),
  requests: optional<number | undefined>(integer(1), undefined),
  telemetry: optional(telemetry, DEFAULT_TELEMETRY),
  fleet: required(list(group, 1)),
  applications: required(list(application, 1)),
  workloads: required(list(workload, 1)),
  interference: optional(list(interferenceOf), []),
  faults: optional(list(faultOf), []),
  parameters: optional(dictionary(threshold), {}),
  priceCap: optional(number(), 0),
});

/** Reads a scenario from YAML. Throws CONFIG_INVALID that lists every fault with its path and a remedy; `file` is for the message. */
export function readScenario(yaml: string, file: string): Scenario {
  const document = parseDocument(yaml, { merge: true });
  const [broken] = document.errors;
  if (broken !== undefined) throw invalid(file, [`the file is no YAML: ${broken.message.split("\n")[0]}`]);
  const faults: string[] = [];
  const read = fields(document.toJS(), "", faults);
  if (read === undefined) throw invalid(file, faults);
  const { duration: durationMs, ...same } = read;
  const scenario = expandCopies({ ...same, durationMs });
  const isEndKnown = !faults.some((known) => /^(duration|requests):/.test(known));
  const all = [...faults, ...crossCheck(scenario), ...(isEndKnown ? endless(scenario) : [])];
  if (all.length > 0) throw invalid(file, all);
  // Without a fault nothing is missing.
  return scenario as Scenario;
}

function invalid(file: string, faults: readonly string[]): StraightLineError {
  return new StraightLineError("CONFIG_INVALID", `scenario ${file}:\n${faults.map((fault) => `  ${fault}`).join("\n")}`);
}
