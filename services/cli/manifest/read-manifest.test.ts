import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { StraightLineError } from "../../common/errors/index.js";
import { PACKAGE_ROOT } from "../daemons.js";
import { parseManifestText, readManifestFile } from "./read-manifest.js";
import { toApplication } from "./to-application.js";

async function faultsOf(text: string): Promise<string[]> {
  try {
    await parseManifestText(text, "app.yaml");
  } catch (error) {
    assert.ok(error instanceof StraightLineError && error.code === "INVALID_REQUEST");
    return error.message.split("\n");
  }
  throw new Error("the manifest was taken");
}

const FOLDER = mkdtempSync(join(tmpdir(), "straightline-manifest-"));
const BUNDLE = join(FOLDER, "bundle");
mkdirSync(BUNDLE);
writeFileSync(join(BUNDLE, "bundle.json"), JSON.stringify({ runtime: "node", entrypoint: ["server.mjs"] }));
after(() => rmSync(FOLDER, { recursive: true, force: true }));

const GOOD = `name: digits
artifact: { bundle: ${BUNDLE} }
implementations:
  - kind: vm
    resources: { cpu: 500m, memory: 256MiB }
`;

describe("a manifest", () => {
  it("that is two documents is told so at the second", async () => {
    const second = "a second document begins here; a manifest is one document, so give each its own file";
    assert.deepEqual(await faultsOf(`${GOOD}---\n${GOOD}`), [`app.yaml:6:1: ${second}`]);
  });

  it("whose keys are wrong in many places is refused with every fault and its line", async () => {
    const text = `name: Digits
artifact:
  bundle: ${BUNDLE}
  image: { reference: a }
timeout: soon
objectiv: 200ms
constraints:
  zones: [a, ""]
implementations:
  - kind: lambda
    replicas: 1.5
    resources: { cpu: fast, memory: 512 }
  - kind: vm
    scale: { min: 1 }
`;
    assert.deepEqual(await faultsOf(text), [
      `app.yaml:1:7: name: must be 1 to 63 of a-z, 0-9 and '-', starting with a letter; got "Digits"`,
      "app.yaml:3:3: artifact: must be exactly one of bundle, model, image, command",
      'app.yaml:5:10: timeout: must be a duration above 0 such as 250ms, 30s or 5m; got "soon"',
      "app.yaml:6:1: objectiv: is no known key; known are name, artifact, timeout, objective, priceCap, idempotent, readyPath, statsPath, constraints, packing, rollout, implementations",
      'app.yaml:8:14: constraints.zones[1]: must be text that is not blank; got ""',
      'app.yaml:10:11: implementations[0].kind: must be one of vm, container, serverless; got "lambda"',
      "app.yaml:11:15: implementations[0].replicas: must be a whole number; got 1.5",
      'app.yaml:12:23: implementations[0].resources.cpu: must be cores above 0 such as 2 or 0.5, or thousandths such as 500m; got "fast"',
      "app.yaml:12:37: implementations[0].resources.memory: must be a size above 0 such as 64KiB, 512MiB or 2GiB; got 512",
      "app.yaml:13:5: implementations[1].resources: is missing",
      "app.yaml:14:12: implementations[1].scale.max: is missing",
    ]);
  });

  it("that is wrong in its keys and across them is refused with all of it at once", async () => {
    const text = `name: Digits
artifact:
  image: { reference: a }
timeout: 0s
objective: 25h
priceCap: 0
constraints:
  labels: { "": x }
  affinity: [cache, Cache]
  antiAffinity: [cache]
packing: tight
rollout: { readyTimeout: soon, minReady: 6m, maxFailedStarts: 3 }
implementations:
  - kind: vm
    scale: { min: 4, max: 2, idle: 0.1ms }
    resources: { cpu: 0.0001, memory: 1B }
    environment: { "9 LIVES": "1" }
  - kind: vm
    replicas: 0
    keepAlive: 5m
    resources: { cpu: 0m, memory: 1048577GiB }
  - kind: serverless
    scale: { min: 1 }
    resources: { cpu: 1 }
    payloadLimit: 0B
  - kind: container
    replicas: many
name: digits
`;
    assert.deepEqual(
      (await faultsOf(text)).map((fault) => fault.replace(/^app.yaml:(\d+):\d+: /, "$1 ").replace("implementations", "i")),
      [
        '4 timeout: must be a duration above 0 such as 250ms, 30s or 5m; got "0s"',
        "5 objective: must be 1ms to 24h; got 25h",
        "6 priceCap: must be > 0; got 0",
        '8 constraints.labels.: must be text that is not blank; got ""',
        "9 constraints.affinity[0]: cache stands in antiAffinity too; keep one",
        `9 constraints.affinity[1]: must be 1 to 63 of a-z, 0-9 and '-', starting with a letter; got "Cache"`,
        '11 packing: must be one of spread, bin-pack; got "tight"',
        '12 rollout.readyTimeout: must be a duration above 0 such as 250ms, 30s or 5m; got "soon"',
        "14 i: must have at most 3 entries; has 4",
        "14 i[0].kind: an artifact of image runs as container only; use a bundle for the other kinds",
        "15 i[0].scale.max: must not be below min (4); got 2",
        "15 i[0].scale.idle: must be 1ms to 24h; got 0.1ms",
        "16 i[0].resources.cpu: must be 1m to 10000; got 0.0001",
        "16 i[0].resources.memory: must be 1MiB to 1048576GiB; got 1B",
        `17 i[0].environment.9 LIVES: must be letters, digits and '_', not starting with a digit; got "9 LIVES"`,
        "18 i[1].kind: vm stands twice; give one entry a kind",
        "18 i[1].kind: an artifact of image runs as container only; use a bundle for the other kinds",
        "19 i[1].replicas: must be 1 or more; leave the form out to have none",
        "20 i[1].keepAlive: vm instances stay; only functions are kept alive: leave it out",
        '21 i[1].resources.cpu: must be cores above 0 such as 2 or 0.5, or thousandths such as 500m; got "0m"',
        "21 i[1].resources.memory: must be 1MiB to 1048576GiB; got 1048577GiB",
        "22 i[2].kind: an artifact of image runs as container only; use a bundle for the other kinds",
        "23 i[2].scale.max: is missing",
        "23 i[2].scale: functions scale by themselves up to their concurrency; leave it out",
        "24 i[2].resources.memory: is missing",
        '25 i[2].payloadLimit: must be a size above 0 such as 64KiB, 512MiB or 2GiB; got "0B"',
        "26 i[3].resources: is missing",
        '27 i[3].replicas: must be a whole number; got "many"',
        "28 this key stands twice in its map; keep one",
      ],
    );
  });

  it("whose bundle is not there is refused with the rest", async () => {
    const [first, second] = await faultsOf(GOOD.replace(BUNDLE, "./nowhere.tgz").replace("256MiB", "much"));
    assert.match(first ?? "", /^app\.yaml:2:21: artifact\.bundle: there is no .*\/nowhere\.tgz$/);
    assert.match(second ?? "", /^app\.yaml:5:37: implementations\[0\]\.resources\.memory: must be a size/);
  });

  const cross: [string, string, string][] = [
    [
      "has a kind twice",
      `${GOOD}  - kind: vm\n    resources: { cpu: 1, memory: 1GiB }\n`,
      "app.yaml:6:11: implementations[1].kind: vm stands twice; give one entry a kind",
    ],
    [
      "runs an image as a process",
      GOOD.replace(`bundle: ${BUNDLE}`, "image: { reference: a }"),
      "app.yaml:4:11: implementations[0].kind: an artifact of image runs as container only; use a bundle for the other kinds",
    ],
    [
      "has bounds the wrong way round",
      `${GOOD}    scale: { min: 4, max: 2 }\n`,
      "app.yaml:6:27: implementations[0].scale.max: must not be below min (4); got 2",
    ],
    [
      "scales functions",
      `${GOOD.replace("kind: vm", "kind: serverless")}    scale: { min: 1, max: 2 }\n`,
      "app.yaml:6:12: implementations[0].scale: functions scale by themselves up to their concurrency; leave it out",
    ],
    [
      "asks to stay ready for longer than it may take",
      `${GOOD}rollout: { minReady: 5m }\n`,
      "app.yaml:6:22: rollout.minReady: must be below readyTimeout (5m); got 5m",
    ],
    [
      "has no instance",
      `${GOOD}    replicas: 0\n`,
      "app.yaml:6:15: implementations[0].replicas: must be 1 or more; leave the form out to have none",
    ],
    [
      "wants answers sooner than it gives up on them",
      `${GOOD}objective: 31s\n`,
      "app.yaml:6:12: objective: must not be above timeout (30s); got 31s",
    ],
    [
      "keeps processes alive",
      `${GOOD}    keepAlive: 5m\n`,
      "app.yaml:6:16: implementations[0].keepAlive: vm instances stay; only functions are kept alive: leave it out",
    ],
    [
      "names an image that no engine knows",
      GOOD.replace(`bundle: ${BUNDLE}`, "image: { reference: 'Registry/Detector:3' }").replace("vm", "container"),
      "app.yaml:2:33: artifact.image.reference: must be an image's reference, [registry/]name[:tag][@digest] with the name in small letters; " +
        'got "Registry/Detector:3"',
    ],
    [
      "runs a command in a folder of nobody knows where",
      GOOD.replace(`bundle: ${BUNDLE}`, "command: { argv: [serve], workingDirectory: ./srv }"),
      'app.yaml:2:57: artifact.command.workingDirectory: must be an absolute path, of a folder that every vm node has; got "./srv"',
    ],
    [
      "sets what the agent sets",
      `${GOOD}    environment: { PORT: "80" }\n`,
      "app.yaml:6:20: implementations[0].environment.PORT: is set by the agent for every instance; take it out",
    ],
    ["has a timeout of more than a day", `${GOOD}timeout: 25h\n`, "app.yaml:6:10: timeout: must be 1ms to 24h; got 25h"],
    [
      "names an alias that stands for nothing",
      `${GOOD}timeout: *no\n`,
      "app.yaml:1:1: Unresolved alias (the anchor must be set before the alias): no",
    ],
    [
      "holds itself",
      `${GOOD}timeout: &self { a: *self }\n`,
      "app.yaml:6:16: timeout: must be a duration above 0 such as 250ms, 30s or 5m; got a value that holds itself",
    ],
  ];
  for (const [what, text, fault] of cross)
    it(`that ${what} is refused`, async () => assert.deepEqual(await faultsOf(text), [fault]));

  it("that is no YAML is refused where it goes wrong", async () => {
    assert.match((await faultsOf(`${GOOD}name: b\n`))[0] ?? "", /^app\.yaml:6:1: this key stands twice/);
    assert.match((await faultsOf("name: [a\n"))[0] ?? "", /^app\.yaml:2:1: /);
    assert.match((await faultsOf(""))[0] ?? "", /^app\.yaml:1:1: must be a map/);
  });

  it("whose bundle is none is refused with all that is wrong with it, and with the rest", async () => {
    const broken = join(FOLDER, "broken");
    mkdirSync(join(broken, "models", "lines"), { recursive: true });
    writeFileSync(join(broken, "bundle.json"), JSON.stringify({ runtime: "java" }));
    writeFileSync(join(broken, "models", "lines", "model.json"), "{ version:");
    writeFileSync(join(broken, "models", "README.md"), "what is here");
    const [bundle, model, memory, ...others] = await faultsOf(GOOD.replace(BUNDLE, broken).replace("256MiB", "1B"));
    assert.match(
      bundle ?? "",
      /^app\.yaml:2:21: artifact\.bundle: .*\/broken: bundle\.json: runtime must be "node"; got "java"$/,
    );
    assert.match(model ?? "", /^app\.yaml:2:21: artifact\.bundle: .*\/models\/lines\/model\.json is not JSON/);
    assert.match(memory ?? "", /^app\.yaml:5:37: /);
    assert.deepEqual(others, [], "a file beside the models is none of them");
  });

  it("whose model is none is refused with all that is wrong with it", async () => {
    const model = join(FOLDER, "model");
    mkdirSync(model);
    writeFileSync(join(model, "model.json"), JSON.stringify({ version: "1" }));
    const [described, network] = await faultsOf(GOOD.replace(`bundle: ${BUNDLE}`, `model: ${model}`));
    assert.match(
      described ?? "",
      /^app\.yaml:2:20: artifact\.model: model\.json of model .*: input is nothing; it must be an object$/,
    );
    assert.match(network ?? "", /^app\.yaml:2:20: artifact\.model: .*\/model\.onnx is missing/);
  });

  it("that is no text is refused without a byte of it", async () => {
    const file = join(FOLDER, "binary.yaml");
    writeFileSync(file, Buffer.from([0x6e, 0x0a, 0x61, 0x1b, 0x5b, 0x33, 0x31, 0x6d, 0xff, 0x00]));
    await assert.rejects(readManifestFile(file), {
      code: "INVALID_REQUEST",
      message: `${file}:2:2: is no text in UTF-8; a manifest is YAML`,
    });
  });

  it("becomes an application in wire units", async () => {
    const text = `${GOOD}    scale: { min: 0, max: 4, idle: 5m }
    payloadLimit: 1MiB
timeout: 1.5s
packing: bin-pack
rollout: { readyTimeout: 2m, maxFailedStarts: 5, minReady: 10s }
`;
    const application = toApplication(await parseManifestText(text, "app.yaml"), { digest: "sha256:0", sizeBytes: 9 });
    const [form] = application.implementations ?? [];
    assert.deepEqual(form?.resources, { cpuMillicores: 500, memoryBytes: 256 * 1024 ** 2, gpus: 0 });
    assert.deepEqual(form?.autoscale, { min: 0, max: 4, idleMs: 300_000 });
    assert.deepEqual([form?.replicas, form?.payloadLimitBytes, application.timeoutMs], [1, 1024 ** 2, 1500]);
    assert.deepEqual(application.rollout, { readyTimeoutMs: 120_000, maxFailedStarts: 5, minReadyMs: 10_000 });
    assert.equal(application.packing, "PACKING_BIN_PACK");
    assert.deepEqual(application.artifact?.bundle, { digest: "sha256:0", sizeBytes: 9 });
  });

  it("of the sample is sound", async () => {
    const file = join(PACKAGE_ROOT, "deploy/examples/text-orientation/app.yaml");
    assert.equal((await parseManifestText(readFileSync(file, "utf8"), file)).implementations.length, 3);
  });
});
