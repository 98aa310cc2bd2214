/** Places one request, sends it and reports, all inside one trace of its own. See ../README.md. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { credentials, type GrpcObject, loadPackageDefinition, Metadata, type ServiceClientConstructor } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { type Context, ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, type Tracer, trace } from "@opentelemetry/api";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BasicTracerProvider, BatchSpanProcessor } from "@opentelemetry/sdk-trace-base";

const RPC_TIMEOUT_MS = 10_000;
/** Of an answer that cannot be used, so much is told. */
const MAX_TOLD_CHARACTERS = 500;
const PLACEMENT_PROTO = "straightline/v1/placement.proto";
const w3c = new W3CTraceContextPropagator();

interface Placement {
  readonly placement_id: string;
  readonly kind: string;
  readonly instance_id: string;
  readonly http_endpoint: string;
  readonly deadline_ms: number;
  readonly reason: string;
}

/** What placement is told; `send` fills it in. */
interface Report {
  readonly placement_id: string;
  readonly request_bytes: number;
  outcome: `OUTCOME_${"OK" | "CLIENT_ERROR" | "INSTANCE_ERROR" | "TIMEOUT" | "THROTTLED"}`;
  response_ms?: number;
  service_ms?: number;
  cold_start_ms?: number;
}

const USAGE = `usage: client [--placement HOST:PORT] [--application NAME] [--content-type TYPE] [--kind vm|container|serverless]... [--proto FOLDER] FILE
`;
const KINDS = ["vm", "container", "serverless"];

function readArguments() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      placement: { type: "string", default: "127.0.0.1:7070" },
      application: { type: "string", default: "text-orientation" },
      "content-type": { type: "string", default: "image/png" },
      kind: { type: "string", multiple: true, default: [] },
      /** The folder `proto` of StraightLine. */
      proto: { type: "string", default: "proto" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    process.exit(0);
  }
  const [file, ...others] = positionals;
  if (file === undefined || others.length > 0) throw new Error("give one file");
  const unknown = values.kind.find((kind) => !KINDS.includes(kind));
  if (unknown !== undefined) throw new Error(`--kind: ${unknown} is none of ${KINDS.join(", ")}`);
  for (const name of ["placement", "application", "content-type"] as const) {
    if (!/^[ -~]+$/.test(values[name])) throw new Error(`--${name}: must be printable ASCII, and not empty`);
  }
  if (!existsSync(join(values.proto, PLACEMENT_PROTO))) throw new Error(`--proto: ${values.proto} has no ${PLACEMENT_PROTO}`);
  return { values, file };
}

function argumentsOrExit(): ReturnType<typeof readArguments> {
  try {
    return readArguments();
  } catch (error) {
    process.stderr.write(`client: ${oneLine(error)}\n`);
    process.exit(2);
  }
}

const { values, file } = argumentsOrExit();

type Call = (request: object, context: Context) => Promise<Record<string, unknown>>;

/** The methods of PlacementService, by name, each in a span whose W3C context goes along as metadata. */
function connect(tracer: Tracer): { readonly call: (method: string) => Call; close(): void } {
  const definition = loadSync(PLACEMENT_PROTO, {
    ...{ includeDirs: [resolve(values.proto)], keepCase: true, longs: Number, enums: String, defaults: true },
  });
  const services = (loadPackageDefinition(definition)["straightline"] as GrpcObject)["v1"] as GrpcObject;
  const Service = services["PlacementService"] as ServiceClientConstructor;
  const client = new Service(values.placement, credentials.createInsecure());
  const call =
    (method: string): Call =>
    (request, parent) => {
      const name = `straightline.v1.PlacementService/${method}`;
      return inSpan(tracer, name, parent, { "rpc.system.name": "grpc", "rpc.method": name }, (context) => {
        const metadata = new Metadata();
        w3c.inject(context, metadata, { set: (carrier, key, value) => carrier.set(key, String(value)) });
        const deadline = Date.now() + RPC_TIMEOUT_MS;
        return new Promise((done, failed) => {
          client[method]?.(request, metadata, { deadline }, (error: Error | null, answer: Record<string, unknown>) =>
            error === null ? done(answer) : failed(error),
          );
        });
      });
    };
  return { call, close: () => client.close() };
}

async function inSpan<T>(
  tracer: Tracer,
  name: string,
  parent: Context,
  attributes: Record<string, string>,
  work: (context: Context, span: Span) => Promise<T>,
): Promise<T> {
  const span = tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes }, parent);
  try {
    return await work(trace.setSpan(parent, span), span);
  } catch (error) {
    span.setStatus({ code: SpanStatusCode.ERROR });
    throw error;
  } finally {
    span.end();
  }
}

/** Judges a status but 200: what the request caused itself (4xx), and a full instance, say nothing against the instance. The gateway does likewise. */
function failedOutcome(status: number, executed: string | null): Report["outcome"] {
  if (status === 429 || (status === 503 && executed === "false")) return "OUTCOME_THROTTLED";
  return status >= 400 && status < 500 ? "OUTCOME_CLIENT_ERROR" : "OUTCOME_INSTANCE_ERROR";
}

/** The outputs of an inference answer, by name; undefined where it is none. */
function outputsOf(answer: string): ReadonlyMap<string, readonly unknown[]> | undefined {
  try {
    const { outputs } = JSON.parse(answer) as { outputs: { name: string; data: unknown[] }[] };
    return new Map(outputs.map(({ name, data }) => [name, [...data]]));
  } catch {
    return undefined;
  }
}

/** Sends the request to the instance and fills in the report; resolves to the outputs by name. */
function send(tracer: Tracer, placement: Placement, body: Buffer, parent: Context, report: Report) {
  const url = `${placement.http_endpoint}/v2/models/${values.application}/infer`;
  return inSpan(tracer, "POST", parent, { "http.request.method": "POST", "url.full": url }, async (context, span) => {
    const headers: Record<string, string> = {
      "content-type": values["content-type"],
      "straightline-deadline-ms": String(placement.deadline_ms),
    };
    w3c.inject(context, headers, { set: (carrier, key, value) => void Object.assign(carrier, { [key]: value }) });
    const startedMs = performance.now();
    const signal = AbortSignal.timeout(placement.deadline_ms);
    try {
      const response = await fetch(url, { method: "POST", body: new Uint8Array(body), headers, signal });
      span.setAttribute("http.response.status_code", response.status);
      const answer = await response.text();
      report.response_ms = performance.now() - startedMs;
      if (response.status !== 200) {
        report.outcome = failedOutcome(response.status, response.headers.get("straightline-executed"));
        throw new Error(`${response.status} ${answer.slice(0, MAX_TOLD_CHARACTERS)}`);
      }
      const outputs = outputsOf(answer);
      if (outputs === undefined) throw new Error(`no inference answer: ${answer.slice(0, MAX_TOLD_CHARACTERS)}`);
      report.outcome = "OUTCOME_OK";
      report.service_ms = Number(response.headers.get("straightline-service-ms")) || 0;
      report.cold_start_ms = Number(response.headers.get("straightline-cold-start-ms")) || 0;
      return outputs;
    } catch (error) {
      if (signal.aborted) report.outcome = "OUTCOME_TIMEOUT";
      throw new Error(`${url}: ${oneLine(error)}`);
    }
  });
}

async function classify(tracer: Tracer, parent: Context, body: Buffer): Promise<Record<string, string>> {
  const { call, close } = connect(tracer);
  try {
    const request = {
      application: values.application,
      data: { size_bytes: body.byteLength, content_type: values["content-type"] },
      constraints: { kinds: values.kind.map((kind) => `NODE_KIND_${kind.toUpperCase()}`) },
      wait: true,
    };
    const placement = (await call("Place")(request, parent))["placement"] as unknown as Placement;
    const { placement_id, kind, instance_id: instance, reason } = placement;
    const report: Report = { placement_id, request_bytes: body.byteLength, outcome: "OUTCOME_INSTANCE_ERROR" };
    const outputs = await send(tracer, placement, body, parent, report).catch(async (failure: unknown) => {
      await call("Report")(report, parent).catch(() => undefined);
      throw failure;
    });
    await call("Report")(report, parent);
    const [label] = outputs.get("label") ?? [];
    if (label === undefined) throw new Error("the answer has no label");
    return { kind, instance, reason, label: String(label) };
  } finally {
    close();
  }
}

/** A refusal's message begins with its gRPC code; that of a failed `fetch` says why in its cause alone. */
function oneLine(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const told = error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
  return told.replace(/[\s\p{Cc}]+/gu, " ").trim();
}

const provider = new BasicTracerProvider({
  resource: resourceFromAttributes({ "service.name": "client-typescript" }),
  spanProcessors: process.env["OTEL_EXPORTER_OTLP_ENDPOINT"] ? [new BatchSpanProcessor(new OTLPTraceExporter())] : [],
});
const tracer = provider.getTracer("client");
const root = tracer.startSpan("classify");
try {
  const result = await classify(tracer, trace.setSpan(ROOT_CONTEXT, root), await readFile(file));
  process.stdout.write(`${JSON.stringify({ trace: root.spanContext().traceId, ...result })}\n`);
} catch (error) {
  root.setStatus({ code: SpanStatusCode.ERROR });
  process.stderr.write(`client: ${oneLine(error)}\n`);
  process.exitCode = 1;
} finally {
  root.end();
  await provider.shutdown().catch((error: unknown) => process.stderr.write(`client: spans are not sent: ${oneLine(error)}\n`));
}
