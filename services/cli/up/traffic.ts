import { request } from "undici";
import { KIND_TOKENS, type KindToken } from "../../common/bus/index.js";
import { HEADER } from "../../common/observe/index.js";
import type { SampleImage } from "../../common/sample/index.js";
import { traceLink } from "../trace-link.js";

/** What became of one request. */
export interface RequestRow {
  readonly request: number;
  readonly phase: string;
  readonly bytes: number;
  /** f_t that the placement used, per second. */
  readonly frequency: number;
  readonly kind: string;
  readonly instance: string;
  readonly reason: string;
  readonly placementId: string;
  readonly traceId: string;
  /** Its page in Jaeger; empty: none is known. */
  readonly traceUrl: string;
  readonly label: string;
  readonly probability: number;
  readonly ms: number;
  /** Why it failed; absent when it did not. */
  readonly error?: string;
}

/** The last line of a demonstration. */
export interface Summary {
  readonly requests: number;
  readonly failed: number;
  readonly byKind: Readonly<Record<KindToken, number>>;
  readonly p50Ms: number;
  readonly p95Ms: number;
}

/** A stretch of traffic. */
export interface Phase {
  readonly name: string;
  /** What it is meant to show. */
  readonly shows: string;
  readonly ratePerSecond: number;
  readonly count: number;
  /** Requests that are sent at the same instant; the rate holds on average. */
  readonly atOnce: number;
  readonly size: "small" | "large" | "any";
}

/** The demonstration: rates and sizes on both sides of F and D. */
export function phases(frequencyThreshold: number): readonly Phase[] {
  return [
    {
      name: "calm",
      shows: "few and small: the VM",
      ratePerSecond: frequencyThreshold * 0.4,
      count: 20,
      atOnce: 1,
      size: "small",
    },
    {
      name: "large",
      shows: "large data: a container",
      ratePerSecond: frequencyThreshold * 0.3,
      count: 15,
      atOnce: 1,
      size: "large",
    },
    {
      name: "crowd",
      shows: "few on average, but many at once: the VM is full, a container helps",
      ratePerSecond: frequencyThreshold * 0.6,
      count: 30,
      atOnce: 6,
      size: "small",
    },
    {
      name: "rush",
      shows: "many and small: functions",
      ratePerSecond: frequencyThreshold * 2.5,
      count: 110,
      atOnce: 1,
      size: "small",
    },
    {
      name: "rush, mixed",
      shows: "many, some large: those to a container",
      ratePerSecond: frequencyThreshold * 2,
      count: 45,
      atOnce: 1,
      size: "any",
    },
  ];
}

/** One request may take this long, milliseconds. */
const REQUEST_TIMEOUT_MS = 60_000;

/** Sends requests to the gateway and tells what became of each. */
export interface Traffic {
  /** Sends one image and waits for the answer; never rejects. */
  send(phase: string, image: SampleImage): Promise<RequestRow>;
  /** Runs a phase; resolves when every request of it is answered, or soon after `signal` aborts. */
  run(phase: Phase, images: readonly SampleImage[], onRow: (row: RequestRow) => void, signal: AbortSignal): Promise<void>;
}

/** Traffic against one application of a gateway, for example http://127.0.0.1:8000. Above `sizeThresholdBytes` an image is large; with Jaeger's page each request tells where its trace is. */
export function createTraffic(gatewayUrl: string, application: string, sizeThresholdBytes: number, jaegerUrl: string): Traffic {
  let sent = 0;
  const send = async (phase: string, image: SampleImage): Promise<RequestRow> => {
    const number = ++sent;
    const beganMs = performance.now();
    const base = { request: number, phase, bytes: image.bytes.length };
    try {
      const response = await request(`${gatewayUrl}/v2/models/${application}/infer`, {
        method: "POST",
        headers: { "content-type": image.contentType },
        body: image.bytes,
        headersTimeout: REQUEST_TIMEOUT_MS,
        bodyTimeout: REQUEST_TIMEOUT_MS,
      });
      const text = await response.body.text();
      const ms = round(performance.now() - beganMs);
      return { ...base, ...placementOf(response.headers, jaegerUrl), ...outcomeOf(response.statusCode, text, image), ms };
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return { ...base, ...placementOf({}, jaegerUrl), ...failedOutcome(why), ms: round(performance.now() - beganMs) };
    }
  };
  return {
    send,
    async run(phase, images, onRow, signal) {
      const chosen = images.filter(
        (image) => phase.size === "any" || (phase.size === "large") === image.bytes.length > sizeThresholdBytes,
      );
      const running: Promise<void>[] = [];
      for (let index = 0; index < phase.count && !signal.aborted; index++) {
        const image = chosen[index % chosen.length] as SampleImage;
        running.push(send(phase.name, image).then(onRow));
        const endOfBurst = (index + 1) % phase.atOnce === 0;
        if (endOfBurst) await pause((1000 * phase.atOnce) / phase.ratePerSecond, signal);
      }
      await Promise.all(running);
    },
  };
}

/** Counts rows. Failed requests count in the percentiles with the time they took. */
export function summarise(rows: readonly RequestRow[]): Summary {
  const byKind = Object.fromEntries(
    KIND_TOKENS.map((kind) => [kind, rows.filter((row) => row.kind === kind && row.error === undefined).length]),
  ) as Record<KindToken, number>;
  const times = rows.map((row) => row.ms).sort((a, b) => a - b);
  const at = (q: number): number => times[Math.min(times.length - 1, Math.ceil(q * times.length) - 1)] ?? 0;
  return {
    requests: rows.length,
    failed: rows.filter((row) => row.error !== undefined).length,
    byKind,
    p50Ms: at(0.5),
    p95Ms: at(0.95),
  };
}

type Headers = Readonly<Record<string, string | string[] | undefined>>;

function placementOf(headers: Headers, jaegerUrl: string) {
  const text = (name: string): string => String(headers[name] ?? "");
  const traceId = text(HEADER.traceId);
  return {
    frequency: Number(headers[HEADER.frequency] ?? 0),
    kind: text(HEADER.kind),
    instance: text(HEADER.instance),
    reason: text(HEADER.reason),
    placementId: text(HEADER.placementId),
    traceId,
    traceUrl: jaegerUrl === "" || traceId === "" ? "" : traceLink(jaegerUrl, traceId),
  };
}

interface Answer {
  readonly outputs?: readonly { readonly name: string; readonly data: readonly (string | number)[] }[];
}

/** A wrong label is a failure too: an answer that is not right is none. */
function outcomeOf(status: number, text: string, image: SampleImage) {
  if (status !== 200) return failedOutcome(`HTTP ${status}: ${text.slice(0, 200)}`);
  const { outputs = [] } = JSON.parse(text) as Answer;
  const first = (name: string) => outputs.find((output) => output.name === name)?.data[0];
  const label = String(first("label") ?? "");
  const answer = { label, probability: round(Number(first("probability") ?? 0), 4) };
  return label === image.expectedLabel
    ? answer
    : { ...answer, error: `label ${label}, expected ${image.expectedLabel} (${image.name})` };
}

function failedOutcome(error: string) {
  return { label: "", probability: 0, error };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done);
  });
}

function round(value: number, digits = 1): number {
  return Number(value.toFixed(digits));
}
