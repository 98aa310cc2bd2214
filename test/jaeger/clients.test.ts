import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { EXAMPLE_CLIENTS, type ExampleClient, IMAGE, runClient } from "../support/example-clients.js";
import { type JaegerSpan, skipWithoutJaeger, startTestJaeger, type TestJaeger } from "../support/jaeger.js";
import { skipWithoutNats } from "../support/nats-server.js";
import { type RealMesh, startRealMesh } from "../support/real-mesh.js";

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

  for (const [language, build] of Object.entries(EXAMPLE_CLIENTS)) {
    it(`${language}: one trace from its own root to the model server, on a VM and on a function`, async () => {
      const client = await build(work);
      for (const kind of ["vm", "serverless"] as const) {
        const printed = await classify(client, mesh, jaeger, kind);
        assert.equal(printed.kind, `NODE_KIND_${kind.toUpperCase()}`);
        assert.equal(printed.label, "0");
        const spans = await jaeger.trace(printed.trace, (seen) => isWhole(seen, `client-${language}`));
        assertPath(spans, kind, `client-${language}`);
      }
      await assertToldInOneLine(client, mesh);
    });
  }
});

async function classify(client: ExampleClient, mesh: RealMesh, jaeger: TestJaeger, kind: string): Promise<Printed> {
  const args = ["--placement", mesh.placementAddress, "--kind", kind, IMAGE];
  const { stdout } = await runClient(client, args, { OTEL_EXPORTER_OTLP_ENDPOINT: jaeger.otlpEndpoint });
  return JSON.parse(stdout) as Printed;
}

/** A refusal is no traceback: code and message, and exit code 1. */
async function assertToldInOneLine(client: ExampleClient, { placementAddress }: RealMesh): Promise<void> {
  const refused = runClient(client, ["--placement", placementAddress, "--application", "not-there", IMAGE]);
  const stderr = /^client: (?:\d+ )?(?:NOT_FOUND|NotFound): application: no application "not-there"; deploy it first\n$/;
  await assert.rejects(refused, { code: 1, stdout: "", stderr });
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
