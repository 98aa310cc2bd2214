import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { pick, seededRandom } from "../../../test/support/scheduler-builders.js";
import { calibrate, type Measurement } from "./calibrate.js";

const KINDS = ["vm", "container", "serverless"] as const;

/**
 * VMs are quick for small data and choke above 20 requests per second; functions never do, and are quicker than containers below 75,000 bytes;
 * a container is quicker than a VM above 350,000 bytes.
 */
function responseMs({ kind, sizeBytes, frequency }: Omit<Measurement, "responseMs">): number {
  if (kind === "serverless") return 60 + sizeBytes / 2500;
  if (kind === "container") return 90 + sizeBytes / 10_000;
  return (20 + sizeBytes / 3333) * (frequency > 20 ? 8 : 1);
}

function measurements(count: number, frequencyMost = 40, sizeMost = 1_000_000): Measurement[] {
  const random = seededRandom(3);
  return Array.from({ length: count }, () => {
    const one = { kind: pick(random, KINDS), sizeBytes: random() * sizeMost, frequency: random() * frequencyMost };
    return { ...one, responseMs: responseMs(one) * (0.9 + 0.2 * random()) };
  });
}

describe("calibrate", () => {
  it("finds the size at which a container becomes quicker and the rate at which a VM chokes", () => {
    const fitted = calibrate(measurements(3000));
    assert.ok(fitted !== undefined);
    assert.ok(fitted.frequencyThreshold > 14 && fitted.frequencyThreshold < 26, `F ${fitted.frequencyThreshold}`);
    assert.ok(fitted.sizeThresholdBytes > 40_000 && fitted.sizeThresholdBytes < 400_000, `D ${fitted.sizeThresholdBytes}`);
    assert.deepEqual(fitted.warnings, []);
  });
  it("is no worse on its measurements than thresholds of a guess", () => {
    const measured = measurements(1000);
    const fitted = calibrate(measured);
    assert.ok(fitted !== undefined);
    const rule = ({ frequency, sizeBytes }: Measurement) => {
      if (frequency > 10 && sizeBytes < 262_144) return "serverless";
      return sizeBytes > 262_144 ? "container" : "vm";
    };
    const guessed = measured.reduce((sum, one) => sum + responseMs({ ...one, kind: rule(one) }), 0) / measured.length;
    assert.ok(fitted.expectedMs < guessed * 1.05, `${fitted.expectedMs} against ${guessed}`);
  });
  it("tells what it expects of the present thresholds, and the line of each form", () => {
    const measured = measurements(1000);
    const fitted = calibrate(measured, { frequencyThreshold: 1e9, sizeThresholdBytes: 1e9 });
    assert.ok(fitted?.presentMs !== undefined && fitted.presentMs > fitted.expectedMs * 1.5, String(fitted?.presentMs));
    assert.equal(calibrate(measured)?.presentMs, undefined);
    const { serverless, container } = fitted.forms;
    assert.ok(Math.abs(serverless.baseMs - 60) < 12, String(serverless.baseMs));
    assert.ok(Math.abs(container.perByteMs * 10_000 - 1) < 0.2, String(container.perByteMs));
    assert.equal(
      Object.values(fitted.forms).reduce((sum, { measurements: count }) => sum + count, 0),
      1000,
    );
  });
  it("says so when nothing measured would be answered quicker by a function", () => {
    const fitted = calibrate(measurements(1000, 15));
    assert.ok(fitted !== undefined);
    assert.match(fitted.warnings.join(" "), /above F: serverless never paid/);
  });
  it("says so when the rate hardly varied", () => {
    const fitted = calibrate(measurements(300).map((one) => ({ ...one, frequency: 5 })));
    assert.match(fitted?.warnings.join(" ") ?? "", /F is a guess/);
  });
  it("gives nothing when a form was hardly measured", () => {
    assert.equal(calibrate(measurements(300).filter(({ kind }) => kind !== "container")), undefined);
    assert.equal(calibrate([]), undefined);
  });
});
