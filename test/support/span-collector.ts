import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { createTracing, type Tracing } from "../../services/common/observe/index.js";

/** A span as OTLP/HTTP carries it in JSON, as far as tests look at it. */
export interface CollectedSpan {
  readonly service: string;
  /** Attributes of the process that sent it. */
  readonly resource: Attributes;
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for a root. */
  readonly parentSpanId: string;
  readonly attributes: Attributes;
  readonly events: readonly { readonly name: string; readonly attributes: Attributes }[];
}

type Attributes = Readonly<Record<string, string | number | boolean>>;

/** An OTLP/HTTP endpoint that keeps the spans it is sent. */
export interface SpanCollector extends AsyncDisposable {
  readonly endpoint: string;
  spans(traceId: string): readonly CollectedSpan[];
  /** Spans of a service, over all traces. */
  ofService(service: string): readonly CollectedSpan[];
  /** Spans of a name, over all traces. */
  named(name: string): readonly CollectedSpan[];
}

interface OtlpValue {
  readonly stringValue?: string;
  readonly intValue?: number | string;
  readonly doubleValue?: number;
  readonly boolValue?: boolean;
}

interface OtlpAttribute {
  readonly key: string;
  readonly value: OtlpValue;
}

interface OtlpExport {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly OtlpAttribute[] };
    readonly scopeSpans: readonly {
      readonly spans: readonly {
        readonly name: string;
        readonly traceId: string;
        readonly spanId: string;
        readonly parentSpanId?: string;
        readonly attributes?: readonly OtlpAttribute[];
        readonly events?: readonly { readonly name: string; readonly attributes?: readonly OtlpAttribute[] }[];
      }[];
    }[];
  }[];
}

/** Tracing of a process that sends its spans there. */
export function tracingTo({ endpoint }: SpanCollector, service: string, sampleRatio = 1): Promise<Tracing> {
  return createTracing({ resource: { "service.name": service }, otlpEndpoint: endpoint, sampleRatio });
}

/** Listens on a free port of 127.0.0.1. */
export async function startSpanCollector(): Promise<SpanCollector> {
  const collected: CollectedSpan[] = [];
  const server = createServer((request, response) => {
    readBody(request).then((body) => {
      collected.push(...spansOf(JSON.parse(body) as OtlpExport));
      response.writeHead(200, { "content-type": "application/json" }).end("{}");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans: (traceId) => collected.filter((span) => span.traceId === traceId),
    ofService: (service) => collected.filter((span) => span.service === service),
    named: (name) => collected.filter((span) => span.name === name),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function spansOf({ resourceSpans }: OtlpExport): CollectedSpan[] {
  return resourceSpans.flatMap(({ resource: { attributes: told }, scopeSpans }) => {
    const resource = flatten(told);
    const service = String(resource["service.name"]);
    return scopeSpans.flatMap(({ spans }) =>
      spans.map(({ name, traceId, spanId, parentSpanId = "", attributes = [], events = [] }) => ({
        ...{ service, resource, name, traceId, spanId, parentSpanId },
        attributes: flatten(attributes),
        events: events.map((event) => ({ name: event.name, attributes: flatten(event.attributes ?? []) })),
      })),
    );
  });
}

function flatten(attributes: readonly OtlpAttribute[]): Attributes {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [
      key,
      value.stringValue ?? value.doubleValue ?? value.boolValue ?? Number(value.intValue ?? Number.NaN),
    ]),
  );
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}
