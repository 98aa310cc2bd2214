import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { StraightLineError } from "../../common/errors/index.js";
import { parseJobManifestText, readJobManifestFile, toJobSpec } from "./job-manifest.js";

async function faultsOf(text: string): Promise<string[]> {
  try {
    await parseJobManifestText(text, "train.yaml");
  } catch (error) {
    assert.ok(error instanceof StraightLineError && error.code === "INVALID_REQUEST");
    return error.message.split("\n");
  }
  throw new Error("the manifest was taken");
}

test("a job's manifest that is wrong in many places is refused with every fault and its line", async () => {
  const text = `name: digits
sorce: .
stages:
  - name: Data
    command: []
    kinds: [lambda]
    resources: { cpu: fast, memory: 1GiB }
    retries: 11
  - name: train
    gates: [{ min: 1 }]
    resources: { cpu: 1, memory: 1GiB }
    timeout: soon
`;
  assert.deepEqual(await faultsOf(text), [
    "train.yaml:2:1: sorce: is no known key; known are name, source, artifacts, stages",
    `train.yaml:4:11: stages[0].name: must be 1 to 40 of a-z, 0-9 and '-', starting with a letter; got "Data"`,
    "train.yaml:5:14: stages[0].command: must have 1 or more entries; has 0",
    'train.yaml:6:13: stages[0].kinds[0]: must be one of container, vm; got "lambda"',
    'train.yaml:7:23: stages[0].resources.cpu: must be cores above 0 such as 2 or 0.5, or thousandths such as 500m; got "fast"',
    "train.yaml:8:14: stages[0].retries: must be <= 10; got 11",
    "train.yaml:9:5: stages[1]: must have a command or an image",
    "train.yaml:10:13: stages[1].gates[0].metric: is missing",
    'train.yaml:12:14: stages[1].timeout: must be a duration above 0 such as 250ms, 30s or 5m; got "soon"',
  ]);
});

test("a job whose stages do not fit together is refused with every fault and its line", async () => {
  const resources = "resources: { cpu: 1, memory: 1GiB }";
  const text = `name: digits
stages:
  - { name: a, command: [x], inputs: [model], outputs: [model], kinds: [container], ${resources} }
  - { name: a, image: i, outputs: [model], kinds: [vm], gates: [{ metric: m }], ${resources} }
  - { name: c, ${resources} }
`;
  assert.deepEqual(
    (await faultsOf(text)).map((fault) => fault.replace(/^train.yaml:(\d+):\d+: /, "$1 ")),
    [
      "3 stages[0].inputs[0]: model is neither an artifact of the job nor an output of an earlier stage",
      "3 stages[0].kinds[0]: a container needs an image; give one",
      "4 stages[1].name: a stands twice; choose another name",
      "4 stages[1].outputs[0]: model stands twice; choose another name",
      "4 stages[1].kinds[0]: a process needs a command; give one",
      "4 stages[1].gates[0]: must have a min or a max",
      "5 stages[2]: must have a command or an image",
    ],
  );
});

test("a job that is wrong in its keys and across them is refused with all of it at once", async () => {
  const text = `name: digits
source: ./nowhere
artifacts: { Model: ./deploy }
stages:
  - { name: a, command: x, inputs: [model], outputs: [model], kinds: [container], resources: { cpu: 1, memory: 1B } }
  - { name: a, command: [""], kinds: [vm, vm], outputs: [model], timeout: 200h, resources: { cpu: 0, memory: 1GiB } }
  - { name: c, gates: [{ metric: m, min: 2, max: 1 }, { metric: m, min: x }], resources: { cpu: 1, memory: 1GiB } }
`;
  assert.deepEqual(
    (await faultsOf(text)).map((fault) => fault.replace(/^train.yaml:(\d+):\d+: /, "$1 ").replace(/no \/.*\//, "no /.../")),
    [
      "2 source: there is no /.../nowhere",
      `3 artifacts.Model: must be 1 to 40 of a-z, 0-9 and '-', starting with a letter; got "Model"`,
      '5 stages[0].command: must be a list; got "x"',
      "5 stages[0].inputs[0]: model is neither an artifact of the job nor an output of an earlier stage",
      "5 stages[0].kinds[0]: a container needs an image; give one",
      "5 stages[0].resources.memory: must be 1MiB to 1048576GiB; got 1B",
      "6 stages[1].name: a stands twice; choose another name",
      "6 stages[1].command[0]: must name a program; got none",
      '6 stages[1].kinds: "vm" stands twice; keep one',
      "6 stages[1].outputs[0]: model stands twice; choose another name",
      "6 stages[1].timeout: must be 1ms to 168h; got 200h",
      "6 stages[1].resources.cpu: must be > 0; got 0",
      "7 stages[2]: must have a command or an image",
      "7 stages[2].gates[0].max: must not be below min (2); got 1",
      '7 stages[2].gates[1].min: must be a number; got "x"',
    ],
  );
});

test("the example's manifest becomes a job of four stages", async () => {
  const manifest = await readJobManifestFile("deploy/examples/digits/train.yaml");
  const bundle = { digest: `sha256:${"a".repeat(64)}`, sizeBytes: 1 };
  const spec = toJobSpec(manifest, { source: bundle, artifacts: { "model-server": bundle } });
  assert.deepEqual(
    spec.stages?.map(({ name }) => name),
    ["data", "train", "verify", "compress"],
  );
  assert.deepEqual(spec.stages?.[0], {
    name: "data",
    command: ["./run.sh", "data.py"],
    outputs: ["dataset", "heldout"],
    kinds: [],
    resources: { cpuMillicores: 1000, memoryBytes: 1024 ** 3, gpus: 0 },
    retries: 2,
    timeoutMs: 900_000,
  });
  assert.deepEqual(spec.stages?.[2]?.gates, [{ metric: "accuracy", min: 0.95 }]);
});

test("a job's folder that is a file of another kind, an image that no engine knows and a variable of the agent are refused", async () => {
  const text = `name: digits
source: package.json
stages:
  - name: train
    image: Registry.example/Train
    environment: { STRAIGHTLINE_INPUTS: /here, TRACEPARENT: mine }
    resources: { cpu: 1, memory: 1GiB }
`;
  const [source, image, environment, trace, ...others] = await faultsOf(text);
  assert.match(source ?? "", /^train\.yaml:2:9: source: \/.*package\.json is neither a folder nor a folder packed as \.tgz$/);
  assert.match(
    image ?? "",
    /^train\.yaml:5:12: stages\[0\]\.image: must be an image's reference, .*got "Registry\.example\/Train"$/,
  );
  assert.match(
    environment ?? "",
    /^train\.yaml:6:20: .*\.STRAIGHTLINE_INPUTS: is set by the agent for every stage; take it out$/,
  );
  assert.match(trace ?? "", /\.TRACEPARENT: is set by the agent for every stage; take it out$/);
  assert.deepEqual(others, []);
});

test("a job's folder that is a pipe or a device is refused at once", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "straightline-source-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const pipe = join(folder, "pipe");
  execFileSync("mkfifo", [pipe]);
  for (const source of [pipe, "/dev/null"]) {
    const text = `name: digits
source: ${source}
stages:
  - name: train
    command: [train]
    resources: { cpu: 1, memory: 1GiB }
`;
    assert.deepEqual(await faultsOf(text), [`train.yaml:2:9: source: ${source} is neither a folder nor a folder packed as .tgz`]);
  }
});

test("a job's folder that cannot be read is refused with the system's reason", {
  skip: process.platform !== "linux",
}, async () => {
  // Its first page is mapped for nobody, the superuser included.
  const text = `name: digits
source: /proc/self/mem
stages:
  - name: train
    command: [train]
    resources: { cpu: 1, memory: 1GiB }
`;
  assert.deepEqual(await faultsOf(text), ["train.yaml:2:9: source: /proc/self/mem cannot be read (EIO)"]);
});
