import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { StraightLineError } from "../common/errors/index.js";
import { createLogger, createMetrics, passThroughTracing } from "../common/observe/index.js";
import { loadPlacementConfig } from "./config.js";
import { startPlacement } from "./placement.js";

function faultOf(args: readonly string[], env: NodeJS.ProcessEnv = {}): string {
  try {
    loadPlacementConfig({ env, args });
  } catch (error) {
    assert.ok(error instanceof StraightLineError);
    assert.equal(error.code, "CONFIG_INVALID");
    return error.message;
  }
  return assert.fail("was taken");
}

describe("placement's configuration", () => {
  let directory: string;
  before(() => {
    directory = mkdtempSync(join(tmpdir(), "straightline-config-"));
  });
  after(() => rmSync(directory, { recursive: true, force: true }));

  const file = (text: string): string[] => {
    const path = join(directory, "placement.yaml");
    writeFileSync(path, text);
    return ["--config", path];
  };

  it("serves loopback by the paper's algorithm where nothing is given", () => {
    const { placement } = loadPlacementConfig({ env: {}, args: [] });
    const { host, port, policy, frequencyThreshold, sizeThresholdBytes, frequencyWindowMs } = placement;
    assert.deepEqual([host, port, policy], ["127.0.0.1", 7070, "adaptive"]);
    assert.deepEqual([frequencyThreshold, sizeThresholdBytes, frequencyWindowMs], [10, 262_144, 10_000]);
    assert.ok(Object.isFrozen(placement));
  });

  it("takes an argument before the environment, and that before the file", () => {
    const args = [...file("placement:\n  frequencyThreshold: 1\n  sizeThresholdBytes: 1KiB\n  lostTicks: 7\n"), "--f", "3"];
    const env = { STRAIGHTLINE_PLACEMENT_F: "2", STRAIGHTLINE_PLACEMENT_D: "2MiB", STRAIGHTLINE_PLACEMENT_STOP_TIMEOUT: "3s" };
    const { placement } = loadPlacementConfig({ env, args });
    assert.deepEqual(
      [placement.frequencyThreshold, placement.sizeThresholdBytes, placement.lostTicks, placement.stopTimeoutMs],
      [3, 2 * 1024 ** 2, 7, 3000],
    );
  });

  it("refuses an unknown key of the file by its name", () => {
    assert.match(
      faultOf(file("placement:\n  colour: blue\nnatz: {}\n")),
      /'natz' not declared.*'placement\.colour' not declared/,
    );
  });

  it("refuses an unknown argument, and names those that are known", () => {
    assert.match(faultOf(["--frequency", "3"]), /--frequency: unknown argument; known: .*--f .*--frequency-window/);
  });

  for (const [args, key] of [
    [["--otlp-endpoint", "127.0.0.1:4318"], "observe.otlpEndpoint: must be a URL such as http://127.0.0.1:4318, or empty"],
    [
      ["--otlp-endpoint", "http://host:4318/v1/traces"],
      "observe.otlpEndpoint: must be the base URL, to which /v1/traces is added; give http://host:4318",
    ],
    [["--otlp-metrics-endpoint", "nonsense"], "metrics.otlpEndpoint: must be a URL"],
    [["--trace-sample-ratio", "1.5"], "observe.sampleRatio: must be a number from 0 to 1"],
    [["--trace-sample-ratio", "some"], "observe.sampleRatio: must be a number from 0 to 1"],
  ] as const) {
    it(`refuses ${args.join(" ")}`, () => assert.ok(faultOf(args).includes(key), faultOf(args)));
  }

  it("tells every wrong value at once", () => {
    const message = faultOf(["--port", "70000", "--f", "0", "--d", "big", "--lost-ticks", "1.5", "--policy", " "]);
    for (const key of ["port", "frequencyThreshold", "sizeThresholdBytes", "lostTicks", "policy"]) {
      assert.ok(message.includes(`placement.${key}`), `${key} is not in: ${message}`);
    }
  });

  it("refuses a file that is not there", () => {
    assert.match(faultOf(["--config", join(directory, "none.yaml")]), /none\.yaml: cannot be read \(ENOENT\)/);
  });

  const starts: [string, string[], string, RegExp][] = [
    ["an unknown policy", ["--policy", "best"], "UNKNOWN_POLICY", /policy: .*best.*straightline/],
    [
      "lost before suspect",
      ["--suspect-ticks", "5", "--lost-ticks", "5"],
      "CONFIG_INVALID",
      /placement\.lostTicks: must be above placement\.suspectTicks \(5\); got 5/,
    ],
    ["a negative price weight", ["--price-weight=-1"], "CONFIG_INVALID", /placement\.priceWeight: must be 0 or more; got -1/],
  ];
  for (const [what, args, code, message] of starts) {
    it(`keeps placement from starting with ${what}`, async () => {
      const config = loadPlacementConfig({ env: {}, args: [...args, "--nats", "nats://127.0.0.1:1", "--start-timeout", "1ms"] });
      const log = createLogger("test", "silent");
      const start = startPlacement({ config, log, tracing: passThroughTracing(), metrics: createMetrics(), now: Date.now });
      await assert.rejects(start, { code, message });
    });
  }
});
