import { join } from "node:path";
import { startJaeger } from "../../services/cli/provision/index.js";
import { freePorts } from "../../services/common/ports/index.js";
import { eventually } from "./eventually.js";
import { findProgram } from "./find-program.js";
import { inCi } from "./in-ci.js";

/** A span as Jaeger's query API tells it. Times are microseconds since the Unix epoch. */
export interface JaegerSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for a root. */
  readonly parentSpanId: string;
  readonly name: string;
  readonly service: string;
  readonly startUs: number;
  readonly endUs: number;
  readonly tags: Readonly<Record<string, string | number | boolean>>;
  readonly events: readonly Readonly<Record<string, string | number | boolean>>[];
}

/** A real Jaeger with the configuration that is shipped. */
export interface TestJaeger extends AsyncDisposable {
  readonly url: string;
  readonly otlpEndpoint: string;
  /** The spans of a trace, earliest first; none when Jaeger does not know it. */
  spans(traceId: string): Promise<readonly JaegerSpan[]>;
  /** Waits until a trace is as wanted, and gives it; the error tells what there is. */
  trace(traceId: string, isWhole: (spans: readonly JaegerSpan[]) => boolean): Promise<readonly JaegerSpan[]>;
}

/** The program to test with: STRAIGHTLINE_TEST_JAEGER, else the one on PATH; undefined when there is none. */
export function findJaeger(): string | undefined {
  return findProgram("jaeger", "STRAIGHTLINE_TEST_JAEGER");
}

/** For a test's `skip`: why it cannot run here, or false. In CI a missing Jaeger is an error. */
export function skipWithoutJaeger(): string | false {
  if (findJaeger() !== undefined) return false;
  const reason = "no jaeger on PATH; build one by .ci/server jaeger and name it in STRAIGHTLINE_TEST_JAEGER";
  if (inCi()) throw new Error(reason);
  console.error(`\n*** SKIPPED: ${reason} ***\n`);
  return reason;
}

/** Folder of Jaeger's web page, STRAIGHTLINE_TEST_JAEGER_UI; empty: the program's own, if it has any. */
export function jaegerAssets(): string {
  return process.env["STRAIGHTLINE_TEST_JAEGER_UI"] ?? "";
}

/** Starts one on free ports. */
export async function startTestJaeger(): Promise<TestJaeger> {
  const [query, queryGrpc, otlpHttp, otlpGrpc] = (await freePorts("127.0.0.1", 4)) as [number, number, number, number];
  const jaeger = await startJaeger({
    binary: findJaeger() as string,
    configFile: join(process.cwd(), "deploy", "jaeger", "jaeger.yaml"),
    assetsDirectory: jaegerAssets(),
    ports: { query, queryGrpc, otlpHttp, otlpGrpc },
    env: process.env,
  });
  const spans = (traceId: string): Promise<readonly JaegerSpan[]> => readTrace(jaeger.url, traceId);
  return {
    url: jaeger.url,
    otlpEndpoint: jaeger.otlpEndpoint,
    spans,
    async trace(traceId, isWhole) {
      let seen: readonly JaegerSpan[] = [];
      const look = async (): Promise<boolean> => {
        seen = await spans(traceId);
        return isWhole(seen);
      };
      await eventually(look, { what: `a whole trace ${traceId}`, pollMs: 200 }).catch((error: Error) => {
        throw new Error(
          `${error.message}; Jaeger has ${seen.map(({ name, service }) => `${service} ${name}`).join(", ") || "nothing"}`,
        );
      });
      return seen;
    },
    [Symbol.asyncDispose]: () => jaeger.stop(),
  };
}

interface Tag {
  readonly key: string;
  readonly value: string | number | boolean;
}

interface QueryAnswer {
  readonly data: readonly {
    readonly spans: readonly {
      readonly traceID: string;
      readonly spanID: string;
      readonly operationName: string;
      readonly processID: string;
      readonly references: readonly { readonly refType: string; readonly spanID: string }[];
      readonly startTime: number;
      readonly duration: number;
      readonly tags: readonly Tag[];
      readonly logs: readonly { readonly fields: readonly Tag[] }[];
    }[];
    readonly processes: Readonly<Record<string, { readonly serviceName: string }>>;
  }[];
}

/** The spans of a trace of a Jaeger, earliest first; none when it does not know it. */
export async function readTrace(url: string, traceId: string): Promise<readonly JaegerSpan[]> {
  const answer = await fetch(`${url}/api/traces/${traceId}`);
  if (answer.status === 404) return [];
  const { data } = (await answer.json()) as QueryAnswer;
  return data
    .flatMap(({ spans, processes }) =>
      spans.map((span) => ({
        traceId: span.traceID,
        spanId: span.spanID,
        parentSpanId: span.references.find(({ refType }) => refType === "CHILD_OF")?.spanID ?? "",
        name: span.operationName,
        service: processes[span.processID]?.serviceName ?? "",
        startUs: span.startTime,
        endUs: span.startTime + span.duration,
        tags: flatten(span.tags),
        events: span.logs.map(({ fields }) => flatten(fields)),
      })),
    )
    .sort((a, b) => a.startUs - b.startUs);
}

function flatten(tags: readonly Tag[]): Record<string, string | number | boolean> {
  return Object.fromEntries(tags.map(({ key, value }) => [key, value]));
}
