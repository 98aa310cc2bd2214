import { Command } from "commander";
import { StraightLineError } from "../../common/errors/index.js";
import { positive, size } from "../arguments.js";
import { calibrate, LEAST_FOR_LINE, type Measurement, type ThresholdPair } from "../learning/index.js";
import { type Measured, readMeasurements } from "./read-measurements.js";
import { calibrationText } from "./report.js";

interface Options {
  readonly f?: number;
  readonly d?: number;
  readonly json: boolean;
}

/** `straightline calibrate`: throws RECORDING_INVALID where a file is damaged or the measurements are too few. */
export function calibrateCommand(out: (text: string) => void): Command {
  return new Command("straightline calibrate")
    .description("Fits F and D of the policy straightline to measured requests.")
    .argument(
      "<files...>",
      "recordings of placement --record, or CSV or JSON lines with kind, size_bytes, frequency, response_ms",
    )
    .option("--f <rate>", "present F, to compare with; absent: the recorded one", positive)
    .option("--d <size>", "present D, to compare with; absent: the recorded one", size)
    .option("--json", "print one JSON object", false)
    .action(async (files: readonly string[], options: Options) => {
      const read: Measured[] = [];
      for (const file of files) read.push(await readMeasurements(file));
      const measurements = read.flatMap((one) => one.measurements);
      const present = presentOf(read, options);
      const fitted = calibrate(measurements, present);
      if (fitted === undefined) throw tooFew(measurements);
      out(
        options.json
          ? JSON.stringify({ ...fitted, measurements: measurements.length, present })
          : calibrationText(fitted, measurements.length, present),
      );
    });
}

function presentOf(read: readonly Measured[], { f, d }: Options): ThresholdPair | undefined {
  const recorded = read.findLast(({ present }) => present !== undefined)?.present;
  const frequencyThreshold = f ?? recorded?.frequencyThreshold;
  const sizeThresholdBytes = d ?? recorded?.sizeThresholdBytes;
  return frequencyThreshold === undefined || sizeThresholdBytes === undefined
    ? undefined
    : { frequencyThreshold, sizeThresholdBytes };
}

function tooFew(measurements: readonly Measurement[]): StraightLineError {
  const counts = (["vm", "container", "serverless"] as const).map(
    (kind) => `${kind} ${measurements.filter((one) => one.kind === kind).length}`,
  );
  const advice = "measure every form, for example under the policy random for a while";
  return new StraightLineError(
    "RECORDING_INVALID",
    `too few measured requests: ${counts.join(", ")}; at least ${LEAST_FOR_LINE} of each form are needed; ${advice}`,
  );
}
