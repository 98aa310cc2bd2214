import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, it } from "node:test";
import { StraightLineError } from "../../common/errors/index.js";
import { readScenario } from "./read-scenario.js";

const EXAMPLES = "deploy/examples/scenarios";

const SMALL = `
name: small
duration: 10s
fleet: [{ name: vm, kind: vm }]
applications: [{ name: app, forms: { vm: { service: 50ms } } }]
workloads: [{ application: app, arrivals: { type: poisson, rate: 5 }, sizes: 4KiB }]
`;

function faultsOf(yaml: string): string[] {
  try {
    readScenario(yaml, "test.yaml");
  } catch (error) {
    assert.ok(error instanceof StraightLineError && error.code === "CONFIG_INVALID");
    return error.message
      .split("\n")
      .slice(1)
      .map((line) => line.trim());
  }
  return [];
}

describe("a scenario", () => {
  it("needs little: the rest has defaults", () => {
    const { fleet, applications, telemetry, seed, workloads } = readScenario(SMALL, "test.yaml");
    assert.deepEqual([fleet[0]?.count, fleet[0]?.cpuCores, fleet[0]?.queue, seed], [1, 4, 32, 1]);
    assert.deepEqual(applications[0]?.forms.vm?.serviceMs, { type: "constant", value: 50 });
    assert.deepEqual(workloads[0]?.sizes, { type: "constant", value: 4096 });
    assert.equal(telemetry.periodMs, 1000);
  });

  it("takes tenths of a millisecond and a slope by mebibyte", () => {
    const yaml = SMALL.replace("kind: vm", "kind: vm, roundTrip: 0.5ms").replace("50ms", "50ms, perMiB: 1048.576ms");
    const { fleet, applications } = readScenario(yaml, "test.yaml");
    assert.equal(fleet[0]?.roundTripMs, 0.5);
    assert.equal(applications[0]?.forms.vm?.perByteMs, 0.001);
  });

  it("puts copies in the place of an application", () => {
    const { applications, workloads } = readScenario(SMALL.replace("name: app,", "name: app, copies: 3,"), "test.yaml");
    assert.deepEqual(
      applications.map(({ name }) => name),
      ["app-0", "app-1", "app-2"],
    );
    assert.deepEqual(
      workloads.map(({ application }) => application),
      ["app-0", "app-1", "app-2"],
    );
  });

  it("is told all at once what is wrong in its fields and across them", () => {
    const yaml = `
name: Small
duration: soon
fleet: [{ name: vm, kind: vm }, { name: vm, kind: vm }]
applications: [{ name: app, forms: { container: { service: 50ms } } }]
workloads: [{ application: other, arrivals: { type: poisson, rate: 5 }, sizes: 4KiB }]
faults: [{ type: node-loss, from: 1s, nodes: [far] }]
parameters: { F: often, D: never }
`;
    const told = faultsOf(yaml);
    const paths = told.map((fault) => fault.slice(0, fault.indexOf(":")));
    assert.deepEqual(paths.sort(), [
      "applications[0].forms.container",
      "duration",
      "faults[0].nodes[0]",
      "fleet[1].name",
      "name",
      "parameters.F",
      "workloads[0].application",
    ]);
  });

  const faults: readonly [string, string, string, RegExp][] = [
    ["an unknown key", "kind: vm", "kind: vm, cores: 4", /^fleet\[0\]\.cores: is unknown; known here: name, kind/],
    ["a missing key", "name: small\n", "", /^name: is missing$/],
    ["a wrong kind", "kind: vm }]", "kind: gpu }]", /^fleet\[0\]\.kind: must be one of vm, container, serverless; got "gpu"$/],
    [
      "a bad duration",
      "50ms",
      "50 parsecs",
      /^applications\[0\]\.forms\.vm\.service: must be a duration such as .*; got "50 parsecs"$/,
    ],
    ["a bad size", "4KiB", "4KB", /^workloads\[0\]\.sizes: must be a size such as .*; got "4KB"$/],
    ["a negative rate", "rate: 5", "rate: -5", /^workloads\[0\]\.arrivals\.rate: must be a number above 0; got -5$/],
    [
      "an unknown pattern",
      "type: poisson",
      "type: poison",
      /^workloads\[0\]\.arrivals\.type: must be one of poisson, bursty, diurnal, trace/,
    ],
    [
      "an unknown application",
      "application: app",
      "application: apple",
      /^workloads\[0\]\.application: apple is not among the applications \(app\)$/,
    ],
    [
      "a form without a node",
      "forms: { vm",
      "forms: { container",
      /^applications\[0\]\.forms\.container: no group of the fleet is of this kind/,
    ],
    ["no form", "{ vm: { service: 50ms } }", "{}", /^applications\[0\]\.forms: must have vm, container or serverless$/],
    ["no end", "duration: 10s\n", "", /^duration: is missing; give duration or requests/],
    ["sizes that nobody gives", ", sizes: 4KiB", "", /^workloads\[0\]\.sizes: is missing/],
    [
      "a fault of an unknown node",
      "duration: 10s",
      "duration: 10s\nfaults: [{ type: node-loss, nodes: [vm-7], from: 1s }]",
      /^faults\[0\]\.nodes\[0\]: vm-7 is neither a group nor a node/,
    ],
    [
      "too slow telemetry",
      "duration: 10s",
      "duration: 10s\ntelemetry: { period: 5m }",
      /^telemetry\.period: must be from 50ms to 60s/,
    ],
    [
      "a uniform one upside down",
      "service: 50ms",
      "service: { type: uniform, low: 9ms, high: 1ms }",
      /^applications\[0\]\.forms\.vm\.service\.high: must be low \(9\) or more; got 1$/,
    ],
    [
      "more memory than there is",
      "service: 50ms",
      "service: 50ms, memory: 1GiB, instances: 9",
      /^fleet: the vm instances want 9663676416 bytes of memory and the nodes have 8589934592/,
    ],
  ];
  for (const [title, from, to, expected] of faults) {
    it(`refuses ${title}`, () => {
      const found = faultsOf(SMALL.replace(from, to));
      assert.equal(found.length, 1, found.join("\n"));
      assert.match(found[0] ?? "", expected);
    });
  }

  it("tells all faults at once", () => {
    const found = faultsOf(SMALL.replace("kind: vm", "kind: gpu").replace("50ms", "soon").replace("rate: 5", "rate: 0"));
    assert.deepEqual(
      found.map((fault) => fault.split(":")[0]),
      ["fleet[0].kind", "applications[0].forms.vm.service", "workloads[0].arrivals.rate"],
    );
  });

  it("takes no parameter that no policy has", () => {
    assert.deepEqual(faultsOf(`${SMALL}parameters: { F: 3, f: 2 }\n`), [
      "parameters.f: no policy has such a parameter; known: D, F, priceCap, priceWeight",
    ]);
  });
  it("says so when the file is no YAML", () => assert.match(faultsOf("a: [")[0] ?? "", /^the file is no YAML/));

  const files = readdirSync(EXAMPLES, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".yaml"));
  for (const file of files) {
    it(`reads the example ${file}`, () => {
      const { name } = readScenario(readFileSync(join(EXAMPLES, file), "utf8"), file);
      assert.equal(`${name}.yaml`, basename(file));
    });
  }
});
