/** Places one request, sends it and reports, all inside one trace of its own. See ../README.md. */
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { credentials, type GrpcObject, loadPackageDefinition, Metadata, type ServiceClientConstructor } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { type Context, ROOT_CONTEXT, SpanKind, SpanStatusCode, type Tracer, trace } from "@opentelemetry/api";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BasicTracerProvider, BatchSpanProcessor } from "@opentelemetry/sdk-trace-base";

const RPC_TIMEOUT_MS = 10_000;
const w3c = new W3CTraceContextPropagator();

interface Placement {
  readonly placement_id: string;
  readonly kind: string;
  readonly instance_id: string;
  readonly http_endpoint: string;
  readonly deadline_ms: number;
  readonly reason: string;
}

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
    },
  });
  const [file, ...others] = positionals;
  if (file === undefined || others.length > 0) throw new Error("give one file");
  const unknown = values.kind.find((kind) => !KINDS.includes(kind));
  if (unknown !== undefined) throw new Error(`--kind: ${unknown} is none of ${KINDS.join(", ")}`);
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
  const definition = loadSync("straightline/v1/placement.proto", {
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
  work: (context: Context) => Promise<T>,
): Promise<T> {
  const span = tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes }, parent);
  try {
    return await work(trace.setSpan(parent, span));
  } catch (error) {
    span.setStatus({ code: SpanStatusCode.ERROR });
    throw error;
  } finally {
    span.end();
  }
}

/** Sends the request to the instance. */
function send(tracer: Tracer, placement: Placement, body: Buffer, parent: Context) {
  const url = `${placement.http_endpoint}/v2/models/${values.application}/infer`;
  return inSpan(tracer, "POST", parent, { "http.request.method": "POST", "url.full": url }, async (context) => {
    const headers: Record<string, string> = {
      "content-type": values["content-type"],
      "straightline-deadline-ms": String(placement.deadline_ms),
    };
    w3c.inject(context, headers, { set: (carrier, key, value) => void Object.assign(carrier, { [key]: value }) });
    const startedMs = performance.now();
    const signal = AbortSignal.timeout(placement.deadline_ms);
    const response = await fetch(url, { method: "POST", body: new Uint8Array(body), headers, signal });
    if (!response.ok) throw new Error(`${url}: ${response.status}`);
    const { outputs } = (await response.json()) as { outputs: { name: string; data: unknown[] }[] };
    return {
      label: String(outputs.find(({ name }) => name === "label")?.data[0]),
      times: {
        response_ms: performance.now() - startedMs,
        service_ms: Number(response.headers.get("straightline-service-ms") ?? 0),
        cold_start_ms: Number(response.headers.get("straightline-cold-start-ms") ?? 0),
      },
    };
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
    const report = { placement_id: placement.placement_id, request_bytes: body.byteLength };
    const answer = await send(tracer, placement, body, parent).catch(async (error: unknown) => {
      // Placement then tries other instances first.
      await call("Report")({ ...report, outcome: "OUTCOME_INSTANCE_ERROR" }, parent);
      throw error;
    });
    await call("Report")({ ...report, ...answer.times, outcome: "OUTCOME_OK" }, parent);
    return { kind: placement.kind, instance: placement.instance_id, reason: placement.reason, label: answer.label };
  } finally {
    close();
  }
}

/** A refusal's message begins with its gRPC code; that of a failed `fetch` says why in its cause alone. */
function oneLine(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const told = error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
  return told.replaceAll("\n", " ");
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
  await provider.shutdown();
}
