import { request } from "undici";
import { isHttpUrl } from "../common/config/index.js";
import { invalidField, systemCode } from "../common/errors/index.js";

/** Where Jaeger's page is when nobody says otherwise. */
export const DEFAULT_JAEGER_URL = "http://127.0.0.1:16686";

const TIMEOUT_MS = 1000;

/** The page of a trace. */
export function traceLink(jaegerUrl: string, traceId: string): string {
  return `${withoutSlash(jaegerUrl)}/trace/${traceId}`;
}

function withoutSlash(url: string): string {
  return url.replace(/\/$/, "");
}

/** Jaeger's page, as a command looks for traces there. */
export interface JaegerPage {
  readonly url: string;
  /** Somebody said that it is there; else it is only tried. */
  readonly isNamed: boolean;
}

/** Reads `--jaeger-url`, which STRAIGHTLINE_JAEGER_URL may stand for; throws INVALID_REQUEST. */
export function jaegerPage(text: string): JaegerPage {
  if (text === "") return { url: DEFAULT_JAEGER_URL, isNamed: false };
  if (isHttpUrl(text)) return { url: text, isNamed: true };
  throw invalidField(
    "--jaeger-url or STRAIGHTLINE_JAEGER_URL",
    `must be a URL such as ${DEFAULT_JAEGER_URL}, or empty; got ${JSON.stringify(text)}`,
  );
}

/** The page of a trace that Jaeger has; empty when it has not. A page that was named and does not answer within a second is told. */
export async function findTraceLink(
  { url, isNamed }: JaegerPage,
  traceId: string,
  tell: (line: string) => void,
): Promise<string> {
  if (traceId === "") return "";
  const base = withoutSlash(url);
  try {
    const limits = { headersTimeout: TIMEOUT_MS, bodyTimeout: TIMEOUT_MS, signal: AbortSignal.timeout(TIMEOUT_MS) };
    const answer = await request(`${base}/api/traces/${traceId}`, limits);
    await answer.body.dump();
    return answer.statusCode === 200 ? traceLink(url, traceId) : "";
  } catch (error) {
    // A link that leads nowhere is worse than none.
    if (isNamed)
      tell(`no link to the trace: ${base} does not answer (${systemCode(error) ?? `nothing within ${TIMEOUT_MS} ms`})`);
    return "";
  }
}
