import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import { type JaegerSpan, skipWithoutJaeger, startTestJaeger, type TestJaeger } from "../support/jaeger.js";
import { skipWithoutNats } from "../support/nats-server.js";
import { pythonWith } from "../support/python-venv.js";
import { type RealMesh, startRealMesh } from "../support/real-mesh.js";

const run = promisify(execFile);
const CLIENTS = resolve("deploy/examples/clients");
const IMAGE = resolve("deploy/examples/text-orientation/images/region-based-0.png");
/** Go compiles the whole of gRPC on a machine that has not done so before. */
const BUILD_TIMEOUT_MS = 300_000;
const RUN_TIMEOUT_MS = 60_000;

/** How a client is called. */
interface Program {
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** What a client prints. */
interface Printed {
  readonly trace: string;
  readonly kind: string;
  readonly label: string;
}

const skip = skipWithoutJaeger() || skipWithoutNats();

/** Each client as a user makes it from the .proto files alone, against a real mesh, its trace read from a real Jaeger. */
describe("the example clients", { skip }, () => {
  let jaeger: TestJaeger;
  let mesh: RealMesh;
  let work: string;
  before(async () => {
    work = await mkdtemp(join(tmpdir(), "straightline-clients-"));
    jaeger = await startTestJaeger();
    mesh = await startRealMesh({ kinds: ["vm", "serverless"], env: { OTEL_EXPORTER_OTLP_ENDPOINT: jaeger.otlpEndpoint } });
  });
  after(async () => {
    await mesh?.[Symbol.asyncDispose]();
    await jaeger?.[Symbol.asyncDispose]();
    await rm(work, { recursive: true, force: true });
  });

  const builds: Readonly<Record<string, () => Promise<Program>>> = {
    python: () => pythonClient(work),
    go: () => goClient(work),
    typescript: () =>
      Promise.resolve({ file: process.execPath, args: [resolve("dist/deploy/examples/clients/typescript/client.js")] }),
  };
  for (const [language, build] of Object.entries(builds)) {
    it(`${language}: one trace from its own root to the model server, on a VM and on a function`, async () => {
      const program = await build();
      for (const kind of ["vm", "serverless"] as const) {
        const printed = await classify(program, mesh, jaeger, kind);
        assert.equal(printed.kind, `NODE_KIND_${kind.toUpperCase()}`);
        assert.equal(printed.label, "0");
        const spans = await jaeger.trace(printed.trace, (seen) => isWhole(seen, `client-${language}`));
        assertPath(spans, kind, `client-${language}`);
      }
      await assertToldInOneLine(program, mesh);
      for (const [args, stderr] of WRONG) {
        await assert.rejects(runClient(program, args), { code: 2, stdout: "", stderr }, args.join(" "));
      }
    });
  }
});

/** What each client refuses by itself. */
const WRONG: readonly (readonly [readonly string[], RegExp])[] = [
  [["--nope", IMAGE], /^client: .*-nope.*\n$/],
  [["--kind", "moon", IMAGE], /^client: .*moon.*\n$/],
  [["--kind", "--placement", "127.0.0.1:7070", IMAGE], /^client: .+\n$/],
  [[], /^client: .*file.*\n$/],
];

function runClient({ file, args, env }: Program, more: readonly string[]) {
  return run(file, [...args, ...more], { env: { ...process.env, ...env }, timeout: RUN_TIMEOUT_MS });
}

async function classify(program: Program, mesh: RealMesh, jaeger: TestJaeger, kind: string): Promise<Printed> {
  const args = [...program.args, "--placement", mesh.placementAddress, "--kind", kind, IMAGE];
  const env = { ...process.env, ...program.env, OTEL_EXPORTER_OTLP_ENDPOINT: jaeger.otlpEndpoint };
  const { stdout } = await run(program.file, args, { env, timeout: RUN_TIMEOUT_MS });
  return JSON.parse(stdout) as Printed;
}

/** A refusal is no traceback: code and message, and exit code 1. */
async function assertToldInOneLine(program: Program, { placementAddress }: RealMesh): Promise<void> {
  const refused = runClient(program, ["--placement", placementAddress, "--application", "not-there", IMAGE]);
  const stderr = /^client: (?:\d+ )?(?:NOT_FOUND|NotFound): application: no application "not-there"; deploy it first\n$/;
  await assert.rejects(refused, { code: 1, stdout: "", stderr });
}

async function pythonClient(work: string): Promise<Program> {
  const folder = join(CLIENTS, "python");
  const packages = readFileSync(join(folder, "requirements.txt"), "utf8").trim().split("\n");
  const python = await pythonWith(packages);
  const gen = join(work, "python");
  await mkdir(gen);
  const protos = ["straightline/v1/common.proto", "straightline/v1/placement.proto"];
  await run(python, [
    "-m",
    "grpc_tools.protoc",
    "-I",
    resolve("proto"),
    `--python_out=${gen}`,
    `--grpc_python_out=${gen}`,
    ...protos,
  ]);
  return { file: python, args: [join(folder, "client.py")], env: { PYTHONPATH: gen } };
}

/** Built in a copy that holds the client and the .proto files at the same distance, and nothing else. */
async function goClient(work: string): Promise<Program> {
  const folder = join(work, "deploy", "examples", "clients", "go");
  await cp(join(CLIENTS, "go"), folder, { recursive: true, filter: (source) => !source.endsWith("/gen") });
  await cp(resolve("proto/straightline"), join(work, "proto", "straightline"), { recursive: true });
  await run(resolve("node_modules/.bin/buf"), ["generate"], { cwd: folder, timeout: BUILD_TIMEOUT_MS });
  const file = join(work, "client-go");
  await run("go", ["build", "-o", file, "."], { cwd: folder, timeout: BUILD_TIMEOUT_MS });
  return { file, args: [] };
}

/** Spans come from several processes in any order: whole is a trace that has its ends, and the parent of each of its spans. */
function isWhole(spans: readonly JaegerSpan[], service: string): boolean {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const has = (name: string, of: string): boolean =>
    spans.some((span) => span.name === name && (of === "" || span.service === of));
  const ends = has("classify", service) && has("straightline.v1.PlacementService/Report", service) && has("model.run", "");
  return ends && spans.every(({ parentSpanId }) => parentSpanId === "" || ids.has(parentSpanId));
}

function assertPath(spans: readonly JaegerSpan[], kind: "vm" | "serverless", service: string): void {
  const roots = spans.filter(({ parentSpanId }) => parentSpanId === "");
  assert.deepEqual(
    roots.map(({ name }) => name),
    ["classify"],
  );
  assert.deepEqual(ancestry(spans, "placement.place"), ["placement.place", "straightline.v1.PlacementService/Place", "classify"]);
  const wanted = { vm: ["model.infer", "POST", "classify"], serverless: ["model.infer", "function.invoke", "POST", "classify"] };
  assert.deepEqual(ancestry(spans, "model.infer"), wanted[kind]);
  const clientSpans = spans.filter((span) => span.service === service).map(({ name }) => name);
  assert.ok(clientSpans.includes("straightline.v1.PlacementService/Report"), clientSpans.join(", "));
}

/** Names from a span up to its root. */
function ancestry(spans: readonly JaegerSpan[], name: string): string[] {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const names: string[] = [];
  for (let span = spans.find((each) => each.name === name); span !== undefined; span = byId.get(span.parentSpanId))
    names.push(span.name);
  return names;
}
