import { formatTable } from "../../common/table/index.js";
import type { Calibration, ThresholdPair } from "../learning/index.js";
import { formatBytes, formatRate } from "../scheduler/index.js";

const MIB = 1024 * 1024;

/** A calibration for people. */
export function calibrationText(fitted: Calibration, measured: number, present: ThresholdPair | undefined): string {
  const { frequencyThreshold: f, sizeThresholdBytes: d, expectedMs, presentMs, forms, warnings } = fitted;
  const rows = Object.entries(forms).map(([kind, { measurements, baseMs, perByteMs }]) => [
    kind,
    String(measurements),
    `${baseMs.toFixed(1)} ms + ${(perByteMs * MIB).toFixed(1)} ms per MiB`,
  ]);
  const lines = [
    `F         ${formatRate(f)}  (--f ${Number(f.toPrecision(6))})`,
    `D         ${formatBytes(d)}  (--d ${Math.round(d)})`,
    `expected  ${expectedMs.toFixed(1)} ms, the mean of ${measured} measured requests were they placed by these`,
  ];
  if (present !== undefined && presentMs !== undefined) {
    const { frequencyThreshold, sizeThresholdBytes } = present;
    const name = `F ${formatRate(frequencyThreshold)}, D ${formatBytes(sizeThresholdBytes)}`;
    lines.push(`present   ${presentMs.toFixed(1)} ms by the present ${name}`);
  }
  lines.push("", formatTable(["FORM", "MEASURED", "RESPONSE TIME"], rows));
  if (warnings.length > 0) lines.push("", ...warnings.map((warning) => `warning: ${warning}`));
  return lines.join("\n");
}
